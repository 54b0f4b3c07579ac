"""Choosing whole things by what they are worth together, exactly: the most within a limit, the cheapest that suffice.

Both questions are hard in general. Within a course they are not: worths are minutes or units, and sums of them are few
however many items there are. Beyond that, things are split into two halves whose sums are told apart once and for all
and then matched, which takes the square root of the number of all choices; what finds no place in the halves is tried
one choice after another, so that memory stays bounded. Answers are exact always. Time is what gives way, and only with
more than about forty items whose worths are long and have nothing in common.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import gcd

# --- the most within a limit ---------------------------------------------------------------------

FEW_BITS, MOST_BITS = 1 << 25, 1 << 30  # one bit for every sum: 4 MB at once; 128 MB before giving way to patience
HALF = 1 << 18  # sums in a half, before it is full
TRIES = 20


def largest_sum(worths: Iterable[int], most: int, *, half: int = HALF) -> int:
    """The largest sum of some of the worths that is no more than `most`; 0 where none fits."""
    fitting = sorted(worth for worth in worths if 0 < worth <= most)
    if sum(fitting) <= most:
        return sum(fitting)
    if not fitting:
        return 0
    step = gcd(*fitting)
    fitting, most = [worth // step for worth in fitting], most // step
    if most <= FEW_BITS:
        return step * _by_bits(fitting, most)
    # Long worths in great number hit nearly every sum, so a few tries mostly find one that cannot be bettered.
    best, is_proven = _by_halves(fitting, most, TRIES if most <= MOST_BITS else None, half)
    return step * (best if is_proven else _by_bits(fitting, most))


def _by_bits(worths: Sequence[int], most: int) -> int:
    """Bit n of a number says that n is a sum: adding a worth to all of them is one shift."""
    every = (1 << (most + 1)) - 1
    sums = 1
    for worth in worths:
        sums |= (sums << worth) & every
    return sums.bit_length() - 1


def _by_halves(worths: Sequence[int], most: int, tries: int | None, size: int) -> tuple[int, bool]:
    """The best of so many tries (None: of all), and whether nothing better exists."""
    left, right = [0], [0]
    rest: list[int] = []
    for worth in worths:
        half = left if len(left) <= len(right) else right
        if len(half) > size:
            rest.append(worth)
        else:
            half[:] = sorted({*half, *(total + worth for total in half if total + worth <= most)})
    in_halves = sum(worths) - sum(rest)
    best = 0
    # Sums lie closest together in the middle of what the halves hold, so that is what the rest leaves to them at first.
    for number, fixed in enumerate(_choices(rest[::-1], most, most - in_halves // 2)):
        if number == tries:
            return best, False
        if fixed + in_halves > best:
            best = max(best, fixed + _filled(left, right, most - fixed))
        if best == most:
            break
    return best, True


def _choices(worths: Sequence[int], most: int, aim: int) -> Iterator[int]:
    """The sum of every choice that is no more than `most`, those near `aim` early."""
    open_choices = [(0, 0)]
    while open_choices:
        number, total = open_choices.pop()
        if number == len(worths):
            yield total
            continue
        without, with_it = (number + 1, total), (number + 1, total + worths[number])
        if with_it[1] > most:
            open_choices.append(without)
        else:
            open_choices += [without, with_it] if with_it[1] <= aim else [with_it, without]


def _filled(left: Sequence[int], right: Sequence[int], room: int) -> int:
    """The largest sum of one from each that fits."""
    best, at = 0, bisect_right(right, room) - 1
    for one in left:
        if one > room:
            break
        while one + right[at] > room:
            at -= 1
        best = max(best, one + right[at])
    return best


# --- the cheapest that suffice -------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """Something that may be chosen: what it costs, what it brings, and its name, which is unlike any other's."""

    name: str
    cost: int
    gain: int


def cheapest(offers: Iterable[Offer], need: int, *, half: int = HALF) -> list[str] | None:
    """The names, sorted, of those that bring `need` at least cost; of equals the fewest, then the first by name.

    None where all together do not bring it.
    """
    if need <= 0:
        return []
    offers = sorted((offer for offer in offers if offer.gain > 0), key=lambda offer: offer.name)
    if sum(offer.gain for offer in offers) < need:
        return None
    # One whole number holds the order of preference, and adds up: cost first, then how many, then a bit for each name,
    # the first the highest, taken away. Of two choices of equal number, that with the greater bits comes first.
    n = len(offers)
    shift = n + n.bit_length()
    prices = [(offer.cost << shift) + (1 << n) - (1 << (n - 1 - i)) for i, offer in enumerate(offers)]
    price = _least_price(list(zip(prices, (offer.gain for offer in offers), strict=True)), need, half)
    low = price & ((1 << shift) - 1)
    chosen = -low & ((1 << n) - 1)
    return [offer.name for i, offer in enumerate(offers) if chosen >> (n - 1 - i) & 1]


def _least_price(offers: list[tuple[int, int]], need: int, size: int) -> int:
    """The least sum of prices whose gains suffice. Prices are such that no two choices come to the same."""
    width = sum(gain for _, gain in offers).bit_length()
    low = (1 << width) - 1
    # Dearest for what they bring last: they are needed least, and may wait outside the halves.
    offers = sorted(offers, key=lambda offer: (offer[0] << width) // offer[1])
    best, gained = 0, 0
    for price, gain in offers:
        if gained < need:
            best, gained = best + price, gained + gain
    left, right = [0], [0]
    rest: list[tuple[int, int]] = []
    for price, gain in offers:
        half = left if len(left) <= len(right) else right
        if len(half) > size:
            rest.append((price, gain))
        else:
            half[:] = _worth_keeping(half, (price << width) + gain, low, need)
    in_halves = sum(gain for _, gain in offers) - sum(gain for _, gain in rest)
    open_choices = [(0, 0, 0, sum(gain for _, gain in rest))]
    while open_choices:
        number, price, gain, to_come = open_choices.pop()
        least = price + max(0, need - gain) * offers[0][0] // offers[0][1]  # were all that is lacking the best value
        if least >= best or gain + to_come + in_halves < need:
            continue
        if number == len(rest):
            best = min(best, price + _matched(left, right, width, need - gain, best - price))
            continue
        more, brings = rest[number]
        open_choices.append((number + 1, price + more, gain + brings, to_come - brings))
        open_choices.append((number + 1, price, gain, to_come - brings))
    return best


def _worth_keeping(pairs: list[int], offer: int, low: int, need: int) -> list[int]:
    """The choices with and without one more offer, cheapest first, but for those that another one beats.

    Price and gain are held in one number, the price in the higher bits, so that numbers sort and add up as pairs do.
    """
    kept, top = [], -1
    for pair in sorted([*pairs, *(pair + offer for pair in pairs)]):
        gain = pair & low
        if gain > top:
            kept.append(pair)
            top = gain
            if gain >= need:
                break
    return kept


def _matched(left: Sequence[int], right: Sequence[int], width: int, need: int, best: int) -> int:
    """The least price of one from each whose gains suffice, or `best` where none is cheaper."""
    low = (1 << width) - 1
    at = len(right) - 1
    for one in left:
        price, gain = one >> width, one & low
        if price >= best:
            break
        while at > 0 and gain + (right[at - 1] & low) >= need:
            at -= 1
        if gain + (right[at] & low) >= need:
            best = min(best, price + (right[at] >> width))
    return best
