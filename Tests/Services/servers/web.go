// /status/N answers with status N, everything else with 200. usage: web PORT
package main

import (
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

func main() {
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		io.Copy(io.Discard, request.Body)
		status := 200
		if number := strings.TrimPrefix(request.URL.Path, "/status/"); number != request.URL.Path {
			status, _ = strconv.Atoi(number)
		}
		response.WriteHeader(status)
		if status != 204 {
			io.WriteString(response, "hello")
		}
	})
	http.ListenAndServe("127.0.0.1:"+os.Args[1], nil)
}
