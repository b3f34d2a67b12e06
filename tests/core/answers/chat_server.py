"""A local server that speaks the OpenAI protocol: the model behind it is a script."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def calls(*wanted):
    """A model's message that calls tools: pairs of name and arguments."""
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": f"call{place}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for place, (name, arguments) in enumerate(wanted)
        ],
    }


def says(text):
    """A model's last message."""
    return {"role": "assistant", "content": text}


class Endpoint:
    """Answers each request with the next of a script; the last one again and again.

    Parameters
    ----------
    script : list
        Messages; a number of seconds to wait first; bytes to send as they are; an int status
        as ``{"status": 401}``.
    """

    def __init__(self, script):
        self.script, self.requests, self.keys = list(script), [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append(body)
                outer.keys.append(self.headers.get("Authorization"))
                step = outer.script.pop(0) if len(outer.script) > 1 else outer.script[0]
                if isinstance(step, float):
                    time.sleep(step)
                    step = says("late")
                status = step.get("status", 200) if isinstance(step, dict) else 200
                told = (
                    step
                    if isinstance(step, bytes)
                    else json.dumps({"choices": [{"message": step}]}).encode()
                )
                self.send_response(status)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                with contextlib.suppress(OSError):  # who asked may have gone
                    self.wfile.write(told)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
