"""Where the command begins: Ctrl-C is answered with one line also while the modules are being read."""

import sys


def main() -> None:
    """Entry point of the console script and of `python -m cli`."""
    try:
        from cli.main import main as run
    except KeyboardInterrupt:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.stderr.write("已中断；原有的知识库没有改动\n")
        sys.exit(130)
    run()
