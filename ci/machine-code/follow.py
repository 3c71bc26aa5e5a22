"""Follows what has been loaded from memory through the machine code of one x86-64 function, along all its paths.

A value is secret if it was loaded from memory, or computed from such a value. Public are constants, what the function was called
with (but for named arguments), the program's own tables, what the function itself has put aside on its stack, register by
register, named fields, and the first word of what a named function returns, if it is read right behind the call. Stores are not followed, but for those: what is loaded from anywhere else is secret anyway.
"""

import re

# Registers: each name, and the whole register that it is a part of.
WHOLE = {}
for letter in "abcd":
    WHOLE |= {name: f"r{letter}x" for name in [f"r{letter}x", f"e{letter}x", f"{letter}x", f"{letter}l", f"{letter}h"]}
for word in ["si", "di", "bp", "sp"]:
    WHOLE |= {name: f"r{word}" for name in [f"r{word}", f"e{word}", word, f"{word}l"]}
for number in range(8, 16):
    WHOLE |= {f"r{number}{part}": f"r{number}" for part in ["", "d", "w", "b"]}
for number in range(32):
    WHOLE |= {f"{kind}mm{number}": f"v{number}" for kind in "xyz"}
WHOLE |= {f"k{number}": f"k{number}" for number in range(8)}

ARGUMENTS = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"]
KEPT_BY_CALLS = {"rbx", "rbp", "rsp", "r12", "r13", "r14", "r15"}

# zf stands for sf and pf as well.
CONDITIONS = {
    **dict.fromkeys("e ne z nz s ns p np".split(), ["zf"]),
    **dict.fromkeys("b ae c nc nb".split(), ["cf"]),
    **dict.fromkeys("a be nbe na".split(), ["cf", "zf"]),
    **dict.fromkeys("l ge g le".split(), ["zf", "of"]),
    **dict.fromkeys("o no".split(), ["of"]),
}
CONDITION = re.compile(f"(j|set|cmov)({'|'.join(CONDITIONS)})$")
FLAGS = ["cf", "of", "zf"]

SIZES = {"BYTE": 1, "WORD": 2, "DWORD": 4, "QWORD": 8, "XMMWORD": 16, "YMMWORD": 32, "ZMMWORD": 64}
MEMORY = re.compile(r"(?:(\w+) (?:PTR|BCST) )?(?:\w\w:)?\[(.*)\]$")

# What writes its first operand, and reads the others.
MOVES = set(
    "mov movabs movzx movsx movsxd movd movq movaps movups movapd movupd movdqa movdqu pshufd rorx shlx shrx sarx".split()
)
# What reads and writes its first operand, and sets all flags.
ARITHMETIC = set("add sub and or xor adc sbb neg shl shr sar sal rol ror shld shrd imul".split())
COUNTS = set("popcnt lzcnt tzcnt andn blsr blsi blsmsk bextr".split())
NOTHING = re.compile(r"(nop|data16|cs|endbr64|vzeroupper|prefetch\w+|lfence|mfence|cld)$")
ENDS = {"ret", "ud2", "int3", "hlt"}
VECTOR_FLAGS = re.compile(r"v?(ptest|u?comis[sd])|vtestp[sd]|k(or)?test[bwdq]$")
# Other vector instructions compute their first operand from all of them; none of these takes a time that depends on data.
VECTOR = re.compile(
    r"v?p(add|sub|and|or|xor|mul|madd|cmp|srl|sll|sra|rol|ror|sh|unpck|unpack|ack|blend|align|min|max|ins|extr|erm|abs|test|mov)"
    r"\w*$|v?(and|andn|or|xor)p[sd]$|v?(shuf|unpck|perm|blend|insert|extract|broadcast|align|mov)\w+$"
    r"|sha256(rnds2|msg1|msg2)$|vp(ternlog|broadcast|conflict|lzcnt)\w+$|k(mov|and|or|xor|not|shift|add|unpck)\w+$"
)
READS_ITS_RESULT = re.compile(r"vpmadd52|vpternlog|vpdp|vfn?m")
ZEROES = re.compile(r"v?(pxor[dq]?|xorp[sd]|psub[bwdq])$")


class Value:
    """What is known of a register: whether it is secret; and which address it is, if it is one."""

    __slots__ = ("secret", "base", "offset")

    def __init__(self, secret, base=None, offset=None):
        self.secret, self.base, self.offset = secret, base, offset

    def __eq__(self, other):
        return (self.secret, self.base, self.offset) == (other.secret, other.base, other.offset)

    def moved(self, by):
        return Value(self.secret, self.base, None if self.offset is None else self.offset + by)

    def joined(self, other):
        base = self.base if self.base == other.base else None
        offset = self.offset if base and self.offset == other.offset else None
        return Value(self.secret or other.secret, base, offset)


PUBLIC, SECRET = Value(False), Value(True)

# Where the state says in which place the result of a call is.
RESULT = ("the result of the call before",)


def instructions(lines):
    """(address, mnemonic, operands, comment) of each line of objdump."""
    for line in lines:
        address, _, text = line.partition(":\t")
        text, _, comment = text.partition("#")
        text = re.sub(r"^((rep[nz]*|lock|notrack|bnd) )", r"\1", text.strip())
        words = text.split(None, 1)
        while len(words) == 2 and words[0] in {"rep", "repz", "repnz", "notrack", "bnd", "lock", "data16", "cs", "ds"}:
            prefix, (words) = words[0], words[1].split(None, 1)
            if prefix.startswith("rep"):
                words[0] = "rep " + words[0]
        operands = words[1] if len(words) == 2 else ""
        if "<" in operands:  # the target of a jump or a call
            operands = [operands.strip()]
        else:
            operands = [part.strip() for part in re.split(r",(?![^\[]*\])", operands)] if operands else []
        yield int(address, 16), words[0], operands, comment.strip()


class Function:
    """One function, and what is wrong with it."""

    def __init__(self, name, lines, secret_arguments=(), public_fields=(), public_result=None):
        self.name = name
        self.code = list(instructions(lines))
        self.at = {address: i for i, (address, *_) in enumerate(self.code)}
        self.public_fields = public_fields
        self.public_result = public_result
        self.problems = {}
        self.calls = {}
        self.jumps = {}
        self.accesses = set()
        self.passed = {}  # by the address of a call: the arguments that would be secret
        self.taken = set()  # the arguments that are looked at
        self.secret_arguments = set(secret_arguments)
        self.spilled = self.find_spills()
        start = {"rsp": Value(False, "stack", 0)} | dict.fromkeys(FLAGS, PUBLIC)
        for register in ARGUMENTS:
            start[register] = Value(register in secret_arguments, register, 0)
        self.follow(start)

    def find_spills(self):
        """Places on the stack that hold one register each, as far as can be seen: in one size only, not the beginning of something
        whose address is made, and not a word of an array that is set word by word.

        What this cannot see: a word of an array that is set to something public, overwritten with a secret through a pointer or
        by its index, and read at its place."""
        sizes, taken, constants = {}, set(), set()
        for (_, mnemonic, operands, _), following in zip(self.code, [*self.code[1:], None]):
            for operand in operands:
                match = MEMORY.match(operand)
                place = self.place(match[2]) if match else None
                if place is None:
                    continue
                size = SIZES.get(match[1])
                if mnemonic == "lea":
                    taken.add((place[0], place[1] + self.added(operands[0], following)))
                elif "*" not in match[2] and size is not None and size <= 8:
                    sizes.setdefault(place, set()).add(size)
                    if operand is operands[0] and operands[-1] not in WHOLE and mnemonic == "mov":
                        constants.add(place)
        for base, offset in constants:
            row = {(base, offset + 8 * i) for i in range(4)}
            if row <= constants:
                taken |= row
        return {place for place, found in sizes.items() if len(found) == 1 and place not in taken}

    @staticmethod
    def added(register, following):
        """What the next instruction adds to an address that this one has begun to make."""
        _, mnemonic, operands, _ = following or (None, None, [], None)
        if mnemonic == "add" and operands[0] == register and re.match(r"0x[0-9a-f]+$", operands[1]):
            return int(operands[1], 16)
        return 0

    @staticmethod
    def place(address):
        """The place on the stack that an address begins at."""
        match = re.match(r"(rsp|rbp)(?:\+\w+\*\d)?([+-]0x[0-9a-f]+)?$", address)
        return match and (match[1], int(match[2] or "0", 16))

    def problem(self, address, text):
        self.problems[address] = text

    def follow(self, start):
        """To a fixed point: a register is secret if it is on any path."""
        states = {self.code[0][0]: start}
        waiting = [self.code[0][0]]
        while waiting:
            address = waiting.pop()
            after = dict(states[address])
            for target in self.step(self.at[address], after):
                before = states.get(target)
                joined = after if before is None else self.join(before, after)
                if joined != before:
                    states[target] = dict(joined)
                    waiting.append(target)
        self.reached = len(states)

    @staticmethod
    def join(a, b):
        return {name: a.get(name, SECRET).joined(b.get(name, SECRET)) for name in a.keys() | b.keys()}

    # Operands

    def register(self, name, state):
        value = state.get(WHOLE[name], SECRET)
        if value.base in ARGUMENTS:
            self.taken.add(value.base)
        return value

    def goes_to(self, where, target, state):
        """A call, or a jump that is one."""
        self.calls[where] = target
        self.passed[where] = {name for name in ARGUMENTS if state.get(name, SECRET).secret}

    def address_of(self, text, state, where, comment):
        """The value of an address, which must not be secret."""
        value, terms = None, re.findall(r"([+-]?)([^+-]+)", text)
        constant, registers = 0, []
        for sign, term in terms:
            register, _, factor = term.partition("*")
            if register in WHOLE:
                registers.append((self.register(register, state), int(factor or 1)))
            elif register == "rip":
                registers.append((Value(False, "static"), 1))
            elif register not in {"riz", "eiz"}:
                constant += int(sign + term, 16)
        if constant >= 1 << 63:
            constant -= 1 << 64
        if len(registers) == 1 and registers[0][1] == 1:
            value = registers[0][0].moved(constant)
        else:
            # Within the program's tables, wherever it is.
            tables = [value for value, factor in registers if value.base == "static" and factor == 1]
            value = Value(any(value.secret for value, _ in registers), "static" if len(tables) == 1 else None)
        return value

    def read(self, operand, state, where, comment, result=None):
        """The value of an operand; `result` is where the function that was called right before has put a public word."""
        register = re.sub(r"\{.*", "", operand)
        if register in WHOLE:
            value = self.register(register, state)
            return self.masked(value, operand, state)
        match = MEMORY.match(operand)
        if not match:
            int(operand, 16)  # or it is something that this program does not know
            return PUBLIC
        address = self.address_of(match[2], state, where, comment)
        self.accesses.add(where)
        if address.secret:
            self.problem(where, "an address depends on a secret")
        if address.base == "static":
            return Value(False, ("loaded", comment))
        if address.base == "rdi" and address.offset in self.public_fields:
            return PUBLIC
        if result and match[1] == "QWORD" and result.offset is not None and address == result:
            return PUBLIC
        place = self.place(match[2])
        return state.get(place, SECRET) if place in self.spilled and "*" not in match[2] else SECRET

    @staticmethod
    def masked(value, operand, state):
        mask = re.search(r"\{(k\d)\}", operand)
        return value.joined(state.get(mask[1], SECRET)) if mask else value

    def write(self, operand, value, state, where, comment):
        register = re.sub(r"\{.*", "", operand)
        if register in WHOLE:
            whole = WHOLE[register]
            if whole[0] == "r" and re.fullmatch(r"[abcd][lhx]|[sd]i|[sb]p|[sd]il|[sb]pl|r\d+[wb]", register):
                value = value.joined(state.get(whole, SECRET))  # the rest of it stays
            state[whole] = value
            return
        match = MEMORY.match(operand)
        address = self.address_of(match[2], state, where, comment)
        self.accesses.add(where)
        if address.secret:
            self.problem(where, "an address depends on a secret")
        place, size = self.place(match[2]), SIZES.get(match[1], 64)
        if place and "*" not in match[2]:
            for i in range(-7, size):
                state.pop((place[0], place[1] + i), None)
            if place in self.spilled and size <= 8:
                state[place] = value

    # Instructions

    def step(self, i, state):
        """What an instruction does, and which come next."""
        where, mnemonic, operands, comment = self.code[i]
        following = [self.code[i + 1][0]] if i + 1 < len(self.code) else []
        result = state.pop(RESULT, None)
        read = lambda operand: self.read(operand, state, where, comment, result)
        write = lambda operand, value: self.write(operand, value, state, where, comment)
        secret = lambda *values: Value(any(value.secret for value in values))
        flag = lambda names: secret(*(state.get(name, SECRET) for name in names))

        def set_flags(value, names=FLAGS):
            for name in names:
                state[name] = Value(value.secret)

        if mnemonic in ENDS:
            return []
        if NOTHING.match(mnemonic):
            return following
        if mnemonic == "jmp":
            target = re.match(r"([0-9a-f]+) <", operands[0])
            if not target:
                self.problem(where, "an indirect jump")
                return []
            if int(target[1], 16) not in self.at:
                self.goes_to(where, operands[0], state)
                return []
            return [int(target[1], 16)]
        if mnemonic == "call":
            value = read(operands[0]) if "<" not in operands[0] else PUBLIC
            called = value.base[1] if isinstance(value.base, tuple) else operands[0]
            self.goes_to(where, called, state)
            if value.secret:
                self.problem(where, "a call of something that was loaded")
            place = state.get("rdi", SECRET)
            for name in [name for name in state if not isinstance(name, tuple) and name not in KEPT_BY_CALLS]:
                state[name] = SECRET
            if self.public_result and re.search(self.public_result, operands[0].rstrip(">")) and place.base == "stack":
                state[RESULT] = place
            return following

        condition = CONDITION.match(mnemonic)
        if mnemonic == "jrcxz" or condition and condition[1] == "j":
            target = int(operands[0].split()[0], 16)
            self.jumps[where] = f"{mnemonic} {operands[0]}"
            decides = flag(CONDITIONS[condition[2]]) if condition else read("rcx")
            if decides.secret:
                self.problem(where, "a conditional jump depends on a secret")
            if target in self.at:
                return [*following, target]
            self.goes_to(where, operands[0], state)
            return following
        if condition and condition[1] == "set":
            write(operands[0], flag(CONDITIONS[condition[2]]))
        elif condition:
            write(operands[0], secret(read(operands[0]), read(operands[1]), flag(CONDITIONS[condition[2]])))

        elif mnemonic in MOVES:
            value = read(operands[1])
            for operand in operands[2:]:
                value = secret(value, read(operand))
            write(operands[0], value if mnemonic in {"mov", "movabs"} else secret(value))
        elif mnemonic == "lea":
            write(operands[0], self.address_of(MEMORY.match(operands[1])[2], state, where, comment))
        elif mnemonic in {"add", "sub"} and re.match(r"(0x)?[0-9a-f]+$", operands[1]):
            value = read(operands[0])
            by = int(operands[1], 16) - (1 << 64 if int(operands[1], 16) >> 63 else 0)
            set_flags(value)
            write(operands[0], value.moved(by if mnemonic == "add" else -by))
        elif mnemonic in {"xor", "sub"} and operands[0] == operands[1]:
            set_flags(PUBLIC)
            write(operands[0], PUBLIC)
        elif mnemonic == "and" and operands[0] == "rsp":
            state["rsp"] = Value(False, "aligned stack", 0)
        elif mnemonic in ARITHMETIC:
            if mnemonic == "imul" and len(operands) == 1:
                value = secret(read(operands[0]), state.get("rax", SECRET))
                state["rax"] = state["rdx"] = value
            else:
                values = [read(operand) for operand in (operands[1:] if len(operands) == 3 and mnemonic == "imul" else operands)]
                if mnemonic in {"adc", "sbb"}:
                    values.append(flag(["cf"]))
                value = secret(*values)
                write(operands[0], value)
            set_flags(value)
        elif mnemonic in {"inc", "dec"}:
            value = read(operands[0])
            set_flags(value, ["of", "zf"])
            write(operands[0], value.moved(1 if mnemonic == "inc" else -1))
        elif mnemonic in {"not", "bswap"}:
            write(operands[0], secret(read(operands[0])))
        elif mnemonic in {"cmp", "test"}:
            set_flags(secret(read(operands[0]), read(operands[1])))
        elif mnemonic == "bt":
            set_flags(secret(read(operands[0]), read(operands[1])), ["cf"])
        elif mnemonic in {"adcx", "adox"}:
            carry = ["cf"] if mnemonic == "adcx" else ["of"]
            value = secret(read(operands[0]), read(operands[1]), flag(carry))
            set_flags(value, carry)
            write(operands[0], value)
        elif mnemonic == "mul":
            value = secret(read(operands[0]), state.get("rax", SECRET))
            state["rax"] = state["rdx"] = value
            set_flags(value)
        elif mnemonic == "mulx":
            value = secret(read(operands[2]), self.register("rdx", state))
            write(operands[0], value)
            write(operands[1], value)
        elif mnemonic in {"div", "idiv"}:
            value = secret(read(operands[0]), state.get("rax", SECRET), self.register("rdx", state))
            if value.secret:
                self.problem(where, "a division of a secret")
            state["rax"] = state["rdx"] = value
            set_flags(value)
        elif mnemonic in {"cdqe", "cwde"}:
            state["rax"] = secret(state.get("rax", SECRET))
        elif mnemonic in {"cqo", "cdq"}:
            state["rdx"] = secret(state.get("rax", SECRET))
        elif mnemonic in COUNTS:
            value = secret(*(read(operand) for operand in operands[1:]))
            set_flags(value)
            write(operands[0], value)
        elif mnemonic == "xchg":
            a, b = read(operands[0]), read(operands[1])
            write(operands[0], b)
            write(operands[1], a)
        elif mnemonic == "push":
            state["rsp"] = state["rsp"].moved(-8)
        elif mnemonic == "pop":
            state["rsp"] = state["rsp"].moved(8)
            write(operands[0], SECRET)
        elif mnemonic in {"rep stos", "rep movs"}:
            registers = ["rdi", "rcx"] + (["rsi"] if mnemonic == "rep movs" else [])
            if secret(*(self.register(name, state) for name in registers)).secret:
                self.problem(where, "an address depends on a secret")
            state["rdi"] = state["rsi"] = state["rcx"] = PUBLIC
        elif "gather" in mnemonic or "scatter" in mnemonic:
            self.problem(where, "a gather or a scatter")
        elif VECTOR_FLAGS.match(mnemonic):
            set_flags(secret(*(read(operand) for operand in operands)))
        elif ZEROES.match(mnemonic) and len(set(operands[-2:])) == 1 and "[" not in operands[-1]:
            write(operands[0], PUBLIC)
        elif VECTOR.match(mnemonic):
            reads_result = len(operands) == 2 and not re.match(r"v|k|p?mov|pshuf|pbroadcast", mnemonic)
            reads_result |= bool(READS_ITS_RESULT.match(mnemonic)) or "{k" in operands[0]
            values = [read(operand) for operand in operands[1:]]
            if reads_result:
                values.append(read(operands[0]))
            write(operands[0], self.masked(secret(*values), operands[0], state))
        else:
            self.problem(where, f"an instruction that this program does not know: {mnemonic} {', '.join(operands)}")
        return following
