/// The first fields of requests and responses, written down so that a reader can walk over them.
///
/// A layout is a line of fields, as they follow one another:
///
/// - `1`, `2`, `4`, `8` – a number of so many bytes
/// - `s` – a text, perhaps null; `u` – an identifier of sixteen bytes; `R` – records
/// - `[ … ]` – an array of structures; `( … )` – an array of plain values
/// - `.` – nothing behind it is read
///
/// Behind a field, `@` and the versions that have it (`@3+`, `@2-4`, `@-12`), then `=` and what it is: `t` topic, `i` topic identifier, `T`
/// that of the topic before it, `p` partition, `o` offset, `g` group, `x` transactional identifier, `a` acknowledgements, `w` longest
/// wait, `e` error code, `m` error message, `n` another name, `v` version of the software.
///
/// Source: Apache Kafka 4.1, clients/src/main/resources/common/message.
enum KafkaLayout {
  static func request(_ api: Int16) -> StaticString? {
    switch api {
    case 0: "s@3+=x 2=a 4 [ s@-12=t u@13+=i [ 4=p R . ] ]"
    case 1: "4@-14 4=w 4 4@3+ 1@4+ 4@7+ 4@7+ [ s@-12=t u@13+=i [ 4=p 4@9+ 8=o . ] ]"
    case 2: "4 1@2+ [ s=t [ 4=p . ] ]"
    case 3: "[ u@10+=i s=t . ]"
    case 8: "s=g 4@1+ s@1+ s@7+ 8@2-4 [ s@-9=t u@10+=i [ 4=p 8=o . ] ]"
    case 9: "s@-7=g [@-7 s=t ( 4=p . ) ] [@8+ s=g s@9+ 4@9+ [ s@-9=t u@10+=i ( 4=p . ) ] ]"
    case 10: "s@-3=n 1@1+ (@4+ s=n . )"
    case 11, 12, 13, 14, 68, 76, 78, 79, 88: "s=g ."
    case 15, 42, 69, 77, 89: "( s=g . )"
    case 17: "s=n ."
    case 18: "s@3+=n s@3+=v ."
    case 19, 37, 75: "[ s=t . ]"
    case 20: "(@-5 s=t . ) [@6+ s=t u=i . ]"
    case 21: "[ s=t [ 4=p 8=o . ] ]"
    case 22, 26: "s=x ."
    case 23: "4@3+ [ s=t [ 4=p . ] ]"
    case 24: "s@-3=x 8@-3 2@-3 [@-3 s=t ( 4=p . ) ] [@4+ s=x 8 2 1 [ s=t ( 4=p . ) ] ]"
    case 25: "s=x 8 2 s=g ."
    case 28: "s=x s=g 8 2 4@3+ s@3+ s@3+ [ s=t [ 4=p 8=o . ] ]"
    case 32, 33, 44: "[ 1 s=n . ]"
    case 47: "s=g [ s=t [ 4=p . ] ]"
    case 61: "[ s=t ( 4=p . ) ]"
    case 65: "( s=x . )"
    default: nil
    }
  }

  static func response(_ api: Int16) -> StaticString? {
    switch api {
    case 0: "[ s@-12=t u@13+=i [ 4=p 2=e 8=o 8@2+ 8@5+ [@8+ 4 s ] s@8+=m ] ]"
    case 1: "4@1+ 2@7+=e 4@7+ [ s@-12=t u@13+=i [ 4=p 2=e 8 8@4+ 8@5+ [@4+ 8 8 ] 4@11+ R ] ]"
    case 2: "4@2+ [ s=t [ 4=p 2=e . ] ]"
    case 3: "4@3+ [ 4 s 4 s@1+ ] s@2+ 4@1+ [ 2=e s=t u@10+=T 1@1+ [ 2 4 4 4@7+ ( 4 ) ( 4 ) (@5+ 4 ) ] 4@8+ ]"
    case 8: "4@3+ [ s@-9=t u@10+=i [ 4=p 2=e ] ]"
    case 9: "4@3+ [@-7 s=t [ 4=p 8=o 4@5+ s 2=e ] ] 2@2-7=e [@8+ s=g [ s@-9=t u@10+=i [ 4=p 8=o 4 s 2=e ] ] 2=e ]"
    case 10: "4@1+ 2@-3=e s@1-3=m [@4+ s 4 s 4 2=e s=m ]"
    case 11: "4@2+ 2=e ."
    case 12, 14, 16: "4@1+ 2=e ."
    case 13: "4@1+ 2=e [@3+ s s 2=e ]"
    case 15: "4@1+ [ 2=e . ]"
    case 17, 18: "2=e ."
    case 19: "4@2+ [ s=t u@7+=i 2=e s@1+=m . ]"
    case 20: "4@1+ [ s=t u@6+=i 2=e s@5+=m ]"
    case 21: "4 [ s=t [ 4=p 8=o 2=e ] ]"
    case 22, 25, 26, 63, 71, 78, 79: "4 2=e ."
    case 23: "4@2+ [ s=t [ 2=e 4=p . ] ]"
    case 24: "4 2@4+=e [@-3 s=t [ 4=p 2=e ] ]"
    case 28: "4 [ s=t [ 4=p 2=e ] ]"
    case 29, 60, 68, 76: "4 2=e s=m ."
    case 32: "4 [ 2=e s=m . ]"
    case 33, 44: "4 [ 2=e s=m 1 s=n ]"
    case 35: "4 2@3+=e ."
    case 36: "2=e s=m ."
    case 37: "4 [ s=t 2=e s=m ]"
    case 42: "4 [ s=g 2=e ]"
    case 47: "2=e 4 [ s=t [ 4=p 2=e ] ]"
    case 69, 77: "4 [ 2=e s=m s=g . ]"
    default: nil
    }
  }
}
