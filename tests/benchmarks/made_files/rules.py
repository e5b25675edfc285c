"""Files of rules as people edit them, with what a reader has to find."""

from random import Random

from tests.benchmarks.made_files.kinds import Facts, Made
from tests.benchmarks.made_files.writing import Dialect, below, spelled

_COLUMNS = {
    "patterns": ("Patterns", "Pattern"),
    "lowest": ("Lowest Amount", "Minimum", "Min Amount"),
    "priority": ("Priority",),
    "match": ("Match Type", "Match"),
    "gl": ("GL Code", "GL Account"),
    "direction": ("Direction",),
}
_GOOD = {
    "priority": ("", "1", "5", "10", "007"),
    "match": ("", "contains", "Starts With", "ends with", "EXACT", "begins with"),
    "gl": ("6010", "0042-00"),
    "direction": ("", "any", "money out", "IN", "Money In"),
}
_BAD = {
    "priority": ("11", "0", "-1", "high", "1e1", "9" * 30, "\u0665"),
    "match": ("sounds like", "regex", "=1"),
    "lowest": ("1e9999", "NaN", "-5", "1.005", "12,34", "(5)", "€5", "9" * 400, "1.234,50"),
    "direction": ("sideways", "up"),
    "patterns": ("*", "", ",,", "* *"),
    "gl": ("",),
}


def rule_file(dice: Random) -> Made:
    dialect = Dialect.drawn(dice)
    names = ["patterns", *dice.sample(sorted(_COLUMNS.keys() - {"patterns", "gl"}), 3), "gl"]
    dice.shuffle(names)
    worst = dice.choice((0.0, 0.0, 0.1, 0.5))
    records = [[spelled(dice, dice.choice(_COLUMNS[name])) for name in names]]
    cents, bad = 0, []
    for number in range(below(dice, 1_000)):
        lowest = below(dice, 10**8) if "lowest" in names else 0
        cells = {name: dice.choice(_GOOD.get(name, ("",))) for name in names}
        cells["patterns"] = dice.choice((f"UBER {number}", f"LYFT {number}, É*{number}"))
        cells["lowest"] = dice.choice(("{:.2f}", "${:.2f}", "{:,.2f}")).format(lowest / 100)
        if dice.random() < worst:
            name = dice.choice(names)
            cells[name] = dice.choice(_BAD[name])
            bad.append(len(records))
        else:
            cents += lowest
        records.append([cells[name] for name in names])
    data, begins = dialect.write(dice, records)
    facts = Facts(len(records) - 1 - len(bad), cents, tuple(begins[at] for at in bad))
    return Made(data, f"rules, {dialect}, {len(records) - 1} rows", facts)
