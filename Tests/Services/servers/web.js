// /status/N answers with status N, everything else with 200. usage: web.js PORT HTTP2-PORT
const answer = (request, response) => {
  const status = request.url.startsWith('/status/') ? +request.url.slice(8) : 200;
  request.resume();
  request.on('end', () => {
    response.writeHead(status);
    response.end(status === 204 ? undefined : 'hello');
  });
};
require('http').createServer(answer).listen(+process.argv[2], '127.0.0.1');
require('http2').createServer(answer).listen(+process.argv[3], '127.0.0.1');
