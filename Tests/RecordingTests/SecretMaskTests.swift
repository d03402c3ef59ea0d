import Testing

@testable import Recording

@Suite struct SecretMaskTests {
  @Test(
    "secrets in arguments are replaced, the rest stays",
    arguments: [
      ("psql --password hunter2 -h db", "psql --password *** -h db"),
      ("app --password=hunter2 --verbose", "app --password=*** --verbose"),
      ("app --db-password=hunter2", "app --db-password=***"),
      ("app --api-key abc --port 80", "app --api-key *** --port 80"),
      ("env PGPASSWORD=x psql", "env PGPASSWORD=*** psql"),
      ("curl http://bob:hunter2@host/p", "curl http://bob:***@host/p"),
      ("curl http://host:80/a@b", "curl http://host:80/a@b"),
      ("curl -u bob:hunter2 http://host/", "curl -u bob:*** http://host/"),
      ("/usr/bin/curl -ubob:hunter2 x", "/usr/bin/curl -ubob:*** x"),
      ("curl http://h/?q=1&token=abc&r=2", "curl http://h/?q=1&token=***&r=2"),
      ("mysql -uroot -phunter2 shop", "mysql -uroot -p*** shop"),
      ("mysql -p shop", "mysql -p shop"),
      ("redis-cli -a hunter2 get k", "redis-cli -a *** get k"),
      ("mkdir -p /tmp/x", "mkdir -p /tmp/x"),
      ("redis-server *:6379", "redis-server *:6379"),
      ("nginx -g daemon=off;", "nginx -g daemon=off;"),
    ])
  func commandLine(given: String, shown: String) {
    #expect(SecretMask.commandLine(given.split(separator: " ").map(String.init)) == shown)
  }

  @Test(
    "secrets inside one argument are replaced",
    arguments: [
      ("Authorization: Bearer abc.def", "Authorization: ***"),
      ("X-Api-Key: 12 34", "X-Api-Key: ***"),
      (#"{"user":"bob","password":"hunter 2","n":1}"#, #"{"user":"bob","password":"***","n":1}"#),
      ("host=db password='a b' dbname=x", "host=db password='***' dbname=x"),
      ("a://u:p@h b://v:q@i", "a://u:***@h b://v:***@i"),
      ("", ""), ("=", "="), ("://", "://"), ("password=", "password="),
    ])
  func argument(given: String, shown: String) {
    #expect(SecretMask.masked(given) == shown)
  }
}
