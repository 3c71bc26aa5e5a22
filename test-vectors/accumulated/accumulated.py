#!/usr/bin/env python3
"""Many handshakes from one seed, folded into one hash: the generator that README.md beside this file describes.

    accumulated.py 100                  the hash of 100 handshakes, and how many of them are of which kind
    accumulated.py 3 --transcript       what is hashed, as text
    accumulated.py 1000000 --jobs 2     in two processes; the hash is the same

Needs nothing but Python 3.9; where gmpy2 (PyPI) is there it computes the powers, some ten times as fast. It shares no code with
the library: the powers are Python's or GMP's, the hashes are hashlib's.
"""

import argparse
import base64
import concurrent.futures
import datetime
import hashlib
import hmac
import sys
import time

# RFC 3526 section 4: 2^3072 - 2^3008 - 1 + 2^64 * (floor(2^2942 * pi) + 1690314), generator 2.
N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7D"
    "B3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF", 16)
G = 2
INFO = b"Caldera Derived Key"

try:
    import gmpy2

    POWERS = f"gmpy2 {gmpy2.version()}"
    MODULUS = gmpy2.mpz(N)

    def power(base, exponent):
        return int(gmpy2.powmod(base, exponent, MODULUS))
except ImportError:
    POWERS = f"Python {sys.version.split()[0]}"
    MODULUS = N

    def power(base, exponent):
        return pow(base, exponent, N)


class PowersOfG:
    """g to any exponent of so many bytes: the product of g^(256^i * byte) over its bytes, each looked up."""

    def __init__(self, length):
        self.rows, step = [], type(MODULUS)(G)
        for _ in range(length):
            row = [1]
            for _ in range(256):
                row.append(row[-1] * step % MODULUS)
            step = row.pop()
            self.rows.append(row)

    def power(self, exponent):
        product = 1
        for row, byte in zip(self.rows, exponent.to_bytes(len(self.rows), "little")):
            if byte:
                product = product * row[byte] % MODULUS
        return int(product)


# Of the seeds from 1 on the first with which every kind below is among the first hundred handshakes.
SEED = b"cognito-srp-core accumulated 1238"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FIRST_SECOND = datetime.datetime(1583, 1, 1)
SECONDS = 265_614_854_400  # from there to the end of the year 9999

# Digits of each integer where it has no leading zero.
DIGITS = {"A": 768, "B": 768, "salt": 32, "u": 64, "x": 64, "v": 768, "S": 768}
KINDS = [f"{name} {kind}" for name in DIGITS for kind in ("odd", "short")]

# Bytes of the longest exponent below: b * (a + u * x), of 32 and of 64 and two bits.
POWERS_OF_G = PowersOfG(97)

# How often a handshake is computed as its two sides do, who do not have all exponents: that takes many times as long.
BOTH_SIDES = 100


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hmac_sha256(key, *parts):
    return hmac.digest(key, b"".join(parts), "sha256")


def integer(data):
    return int.from_bytes(data, "big")


def b64(data):
    return base64.b64encode(data).decode("ascii")


def enc(n):
    """The shortest big-endian two's complement of a non-negative integer."""
    return n.to_bytes(n.bit_length() // 8 + 1, "big")


K = integer(sha256(enc(N), enc(G)))


class Stream:
    """SHA-256 of seed, handshake and block, one block after the other."""

    def __init__(self, handshake):
        self.prefix = SEED + handshake.to_bytes(8, "big")
        self.block = 0
        self.rest = b""

    def bytes(self, count):
        while len(self.rest) < count:
            self.rest += sha256(self.prefix, self.block.to_bytes(8, "big"))
            self.block += 1
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def byte(self):
        return self.bytes(1)[0]

    def length(self, least, most):
        return least + self.byte() % (most - least + 1)

    def letters(self, least, most):
        return "".join(LETTERS[byte % 62] for byte in self.bytes(self.length(least, most)))

    def text(self, least, most):
        return "".join(self.character() for _ in range(self.length(least, most)))

    def character(self):
        first, second, third = self.bytes(3)
        if first >= 128:
            return chr(32 + second % 95)
        point = (first % 16) << 16 | second << 8 | third
        return "\ufffd" if 0xD800 <= point <= 0xDFFF else chr(point)


def timestamp(seconds):
    t = FIRST_SECOND + datetime.timedelta(seconds=seconds)
    day = "Mon Tue Wed Thu Fri Sat Sun".split()[t.weekday()]
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[t.month - 1]
    return f"{day} {month} {t.day} {t.hour:02}:{t.minute:02}:{t.second:02} UTC {t.year:04}"


def handshake(number):
    """The transcript of one handshake, and which of KINDS it is of."""
    stream = Stream(number)
    shape = stream.byte()
    a = integer(stream.bytes(64)) >> 4 * (shape & 3)
    b = integer(stream.bytes(32)) >> 4 * (shape >> 2 & 3)
    salt = integer(stream.bytes(16)) >> 4 * (shape >> 4 & 3)
    pool_name = stream.letters(1, 20)
    client_id = stream.letters(1, 128)
    client_secret = stream.letters(1, 96)
    username = stream.text(1, 40)
    secret_block = stream.bytes(stream.length(1, 256))
    now = timestamp(integer(stream.bytes(5)) % SECONDS)
    is_device = number % 2 == 1
    if is_device:
        name, scope, password = stream.text(1, 40), "-" + stream.letters(1, 20), b64(stream.bytes(40))
    else:
        name, scope, password = username, pool_name, stream.text(0, 63)
    identity = f"{scope}{name}".encode()

    # Whoever knows both a and b has nothing but powers of g: B - k * v is g^b.
    x = integer(sha256(enc(salt), sha256(identity, b":", password.encode())))
    v = POWERS_OF_G.power(x)
    b_public = (K * v + POWERS_OF_G.power(b)) % N
    a_public = POWERS_OF_G.power(a)
    u = integer(sha256(enc(a_public), enc(b_public)))
    s = POWERS_OF_G.power(b * (a + u * x))
    if number % BOTH_SIDES == 0:
        assert (a_public, v) == (power(G, a), power(G, x)), f"handshake {number}: the powers of g differ"
        assert s == power((b_public - K * v) % N, a + u * x), f"handshake {number}: the client has another S"
        assert s == power(a_public * power(v, u) % N, b), f"handshake {number}: the server has another S"
    prk = hmac_sha256(enc(u), enc(s))
    key = hmac_sha256(prk, INFO, b"\x01")[:16]
    signature = hmac_sha256(key, identity, secret_block, now.encode())
    has_secret = shape >> 6 != 0
    secret_hash = b64(hmac_sha256(client_secret.encode(), username.encode(), client_id.encode())) if has_secret else "-"

    integers = {"A": a_public, "B": b_public, "salt": salt, "u": u, "x": x, "v": v, "S": s}
    integers = {name: f"{value:x}" for name, value in integers.items()}
    lines = [f"handshake {number}"]
    lines += [f"{name} {digits}" for name, digits in integers.items()]
    lines += [f"PRK {prk.hex()}", f"K {key.hex()}"]
    lines += [f"USERNAME {username.encode().hex()}", f"SECRET_HASH {secret_hash}"]
    lines += [f"PASSWORD_CLAIM_SECRET_BLOCK {b64(secret_block)}", f"PASSWORD_CLAIM_SIGNATURE {b64(signature)}"]
    lines += [f"TIMESTAMP {now}"]
    if is_device:
        lines += [f"Salt {b64(enc(salt))}", f"PasswordVerifier {b64(enc(v))}"]
    is_of = [kind for name, digits in integers.items()
             for kind in (len(digits) % 2 == 1, len(digits) <= DIGITS[name] - 2)]
    return "".join(f"{line}\n" for line in lines), is_of


def share(numbers):
    """The transcript of several handshakes in a row, and how many are of each kind."""
    transcripts, kinds = zip(*map(handshake, numbers))
    return "".join(transcripts).encode(), [sum(column) for column in zip(*kinds)]


def shares(count, jobs):
    ranges = [range(start, min(start + 200, count)) for start in range(0, count, 200)]
    if jobs == 1:
        yield from map(share, ranges)
        return
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        # Not all at once: what is computed and not yet hashed has to fit into memory.
        ahead = 4 * jobs
        waiting = [pool.submit(share, numbers) for numbers in ranges[:ahead]]
        for numbers in ranges[ahead:]:
            yield waiting.pop(0).result()
            waiting.append(pool.submit(share, numbers))
        for future in waiting:
            yield future.result()


def main():
    parser = argparse.ArgumentParser(description="The hash of many handshakes from one seed.")
    parser.add_argument("handshakes", type=int)
    parser.add_argument("--transcript", action="store_true", help="write what is hashed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--progress", action="store_true", help="say on standard error how far it is")
    arguments = parser.parse_args()
    if arguments.handshakes < 1 or arguments.jobs < 1:
        parser.error("at least one")

    started = time.monotonic()
    accumulator, counts, done = hashlib.sha256(), [0] * len(KINDS), 0
    for transcript, kinds in shares(arguments.handshakes, arguments.jobs):
        accumulator.update(transcript)
        counts = [count + kind for count, kind in zip(counts, kinds)]
        done += transcript.count(b"\nUSERNAME ")
        if arguments.transcript:
            sys.stdout.write(transcript.decode())
        if arguments.progress and done % 10_000 < 200:
            print(f"{done} after {time.monotonic() - started:.0f} s: {accumulator.hexdigest()}", file=sys.stderr, flush=True)
    if arguments.transcript:
        return
    print(f"computed by accumulated.py with {POWERS} in {time.monotonic() - started:.0f} s")
    for kind, count in zip(KINDS, counts):
        print(f"{kind}: {count}")
    print(f"{arguments.handshakes} handshakes: {accumulator.hexdigest()}")


if __name__ == "__main__":
    main()
