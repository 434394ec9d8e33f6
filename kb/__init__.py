"""The ground: what a regulation is, where it is kept, how it is found."""

import os

from kb.offline import silence

silence(os.environ)  # here, because every module of ours comes after it, and every library after that
