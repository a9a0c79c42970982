"""Starts the emulator with its gaps closed, and keeps it running for as long as somebody holds a lease.

A lease is an open connection to the loopback port that the run file names. When the last one is gone, however its
holder ended, the emulator saves its state and stops: nothing is left running by a Ctrl-C, a crash or a kill.

Environment: GATEWAY_PORT, and all that the emulator itself reads; SLUICE_RUN_FILE, where to say that it is ready;
SLUICE_TLS_DIR, where its certificate lies;
SLUICE_PATCHES, the names of the patches to apply, separated by commas (all of them where unset).
"""
import json
import os
import signal
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request

FIRST_LEASE_WITHIN_SECONDS = 30.0


class Leases:
    """Counts the open connections of a listening socket; ``wait`` returns once the last one is gone.

    A holder reads "held" once its lease counts. It may say "release" to give it up, and is told whether it was the
    "last", so that it can wait for the emulator to be gone; or it may just close, as a killed one does.
    """

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._held = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.port = self._socket.getsockname()[1]

    def accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed by the end of the last lease
                return
            with self._lock:
                if self._over.is_set():
                    connection.close()
                    return
                self._held += 1
            threading.Thread(target=self._hold, args=(connection,), daemon=True).start()

    def _hold(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.sendall(b"held\n")
                said = connection.recv(64)
            except OSError:  # a holder that was killed resets the connection
                said = b""
            last = self._give_up()
            if said:
                connection.sendall(b"last\n" if last else b"shared\n")

    def _give_up(self) -> bool:
        with self._lock:
            self._held -= 1
            if self._held > 0:
                return False
            self._over.set()
            self._socket.close()
            return True

    def wait(self) -> None:
        deadline = time.monotonic() + FIRST_LEASE_WITHIN_SECONDS
        while not self._over.wait(timeout=1.0):
            with self._lock:
                if self._held == 0 and time.monotonic() > deadline:
                    return


def wait_until_ready(port: str) -> None:
    url = f"https://127.0.0.1:{port}/_ministack/ready"
    trust = ssl.create_default_context(cafile=os.environ["MINISTACK_SSL_CERT"])
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1, context=trust):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)


def announce(leases: Leases) -> None:
    run_file = os.environ["SLUICE_RUN_FILE"]
    wait_until_ready(os.environ["GATEWAY_PORT"])
    run = {
        "pid": os.getpid(),
        "port": int(os.environ["GATEWAY_PORT"]),
        "leasePort": leases.port,
        "certificate": os.environ["MINISTACK_SSL_CERT"],
    }
    with open(f"{run_file}.partial", "w", encoding="utf-8") as file:
        json.dump(run, file)
    os.replace(f"{run_file}.partial", run_file)
    leases.wait()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    import certificate

    files = certificate.ensure(os.environ["SLUICE_TLS_DIR"])
    os.environ.update(USE_SSL="1", MINISTACK_SSL_CERT=files[0], MINISTACK_SSL_KEY=files[1])

    leases = Leases()
    threading.Thread(target=leases.accept, daemon=True).start()
    threading.Thread(target=announce, args=(leases,), daemon=True).start()

    import ministack.app

    import patches

    names = os.environ.get("SLUICE_PATCHES")
    for name in patches.ALL if names is None else filter(None, names.split(",")):
        patches.ALL[name].apply()
    # It would take port 443 as well wherever it may: one port is enough, and that one is the user's.
    ministack.app._port_is_bindable = lambda host, port: False
    try:
        ministack.app.main()
    finally:
        # Absent after a clean stop only: whoever finds it knows that state was lost.
        os.remove(os.environ["SLUICE_RUN_FILE"])


if __name__ == "__main__":
    main()
