"""The everyday mix of mix.json for Locust. Parameters by environment: URL, USERS, DURATION (seconds), AUTH, PREPARED.

    locust -f bench/load/locustfile.py --headless
"""

import itertools
import json
import os
import random
import time
from pathlib import Path

import gevent
from gevent.event import AsyncResult
from locust import HttpUser, between, events, task
from websocket import WebSocketException, create_connection

MIX = json.loads((Path(__file__).parent / "mix.json").read_text())
PREPARED = json.loads(Path(os.environ.get("PREPARED", "data/load.json")).read_text())
URL = os.environ.get("URL", PREPARED["url"]).rstrip("/")
PATIENCE_S = 10
numbers = itertools.count()


@events.init_command_line_parser.add_listener
def defaults(parser):
    """The same variables as for the other tools."""
    users = os.environ.get("USERS", "10")
    parser.set_defaults(
        host=URL, num_users=int(users), spawn_rate=100.0, run_time=os.environ.get("DURATION", "30") + "s"
    )


def fill(value, known):
    """The template with every {name} replaced, in strings at any depth."""
    if isinstance(value, str):
        for name, text in known.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if isinstance(value, dict):
        return {key: fill(item, known) for key, item in value.items()}
    return value


class Socket:
    """A WebSocket whose frames are read all the time; replies are handed to who waits for them."""

    def __init__(self, token):
        url = "ws" + URL[len("http") :] + "/api/v4/websocket"
        self.ws = create_connection(url, timeout=PATIENCE_S, header=[f"Authorization: Bearer {token}"])
        self.replies = {}
        self.seq = 0
        self.hello = AsyncResult()
        self.reader = gevent.spawn(self.read)
        self.hello.get(timeout=PATIENCE_S)

    def read(self):
        self.ws.settimeout(None)
        try:
            while True:
                frame = json.loads(self.ws.recv())
                if frame.get("event") == "hello":
                    self.hello.set(frame)
                reply = self.replies.pop(frame.get("seq_reply"), None)
                if reply:
                    reply.set(frame)
        except (WebSocketException, OSError, ValueError) as error:
            for reply in [self.hello, *self.replies.values()]:
                reply.set_exception(error)

    def ask(self, action, data):
        self.seq += 1
        reply = self.replies[self.seq] = AsyncResult()
        self.ws.send(json.dumps({"action": action, "seq": self.seq, "data": data}))
        frame = reply.get(timeout=PATIENCE_S)
        if frame.get("status") != "OK":
            raise WebSocketException(json.dumps(frame))

    def close(self):
        self.reader.kill()
        self.ws.close()


class Everyday(HttpUser):
    wait_time = between(*(ms / 1000 for ms in MIX["pauseMs"]))

    def on_start(self):
        number = next(numbers)
        user = PREPARED["users"][number % len(PREPARED["users"])]
        self.known = {
            "user": user["id"],
            "username": user["username"],
            "password": user["password"],
            "team": PREPARED["team"],
        }
        self.token = user["token"]
        if os.environ.get("AUTH") == "login":
            self.token = ""
            self.token = self.send(MIX["login"]).headers["Token"]
        for request in MIX["boot"]:
            self.send(request)
        self.socket = self.measured("socket", lambda: Socket(self.token))
        # From here on a post is known.
        self.step(MIX["steps"][0])
        self.turns = itertools.islice(itertools.cycle(MIX["steps"]), number, number + len(MIX["steps"]))

    def on_stop(self):
        if getattr(self, "socket", None):
            self.socket.close()

    @task
    def one(self):
        """Each step once, then by weight."""
        steps = MIX["steps"]
        chosen = random.choices(steps, [step["weight"] for step in steps])[0]
        self.step(next(self.turns, chosen))

    def step(self, step):
        self.known |= {
            "channel": random.choice(PREPARED["channels"]),
            "pending": f"{self.known['user']}:{time.time_ns() // 1000}{random.randrange(1000)}",
            "emoji": random.choice(MIX["emoji"]),
            "word": random.choice(MIX["words"]),
        }
        for request in step["requests"]:
            self.send(request)

    def send(self, request):
        path, body = fill(request["path"], self.known), fill(request.get("body"), self.known)
        if request["method"] == "SOCKET":
            return self.measured(request["name"], lambda: self.socket.ask(path, body))
        answer = self.client.request(
            request["method"],
            "/api/v4" + path,
            name=request["name"],
            json=body,
            headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
        )
        for name, way in request.get("keep", {}).items():
            value = answer.json()
            for key in way:
                value = value[key]
            self.known[name] = value
        return answer

    def measured(self, name, work):
        """What is not HTTP, in Locust's figures."""
        began = time.perf_counter()
        result = exception = None
        try:
            result = work()
        except (WebSocketException, OSError, gevent.Timeout) as error:
            exception = error
        self.environment.events.request.fire(
            request_type="WS",
            name=name,
            response_time=(time.perf_counter() - began) * 1000,
            response_length=0,
            exception=exception,
            context={},
        )
        return result
