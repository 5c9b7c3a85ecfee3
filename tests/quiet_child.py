"""A child process that says one thing and then nothing more, for tests of the limits on time."""

import sys
import time

sys.stdout.write('{"page": 1}\n')
sys.stdout.flush()
time.sleep(60)
