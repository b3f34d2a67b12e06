import socket

from core.sockets import send_at_once


def test_a_connection_to_a_listening_socket_sends_at_once():
    with socket.socket() as listening:  # as uvicorn makes its own: without naming TCP
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert send_at_once() >= 1
        with socket.create_connection(listening.getsockname()) as caller:
            served, _ = listening.accept()
            with served:
                assert served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
            assert caller.fileno() > 0


def test_without_a_listening_socket_nothing_is_set():
    assert send_at_once() == 0
