"""The filter: how well it tells spam from what is wanted, on labelled comments of ours that it has not met."""

from collections.abc import Callable

from comments_service.screening import bayes
from tests.support.comments import Outcome, held_out, labelled, of_a_website


def measure(row: Callable[..., None]) -> None:
    """Learn from one half and judge the other, both ways round; then from four fifths. Every mistake is printed."""
    everything = labelled()
    spam = sum(one.spam for one in everything)
    row("labelled comments", f"{spam} spam, {len(everything) - spam} wanted")
    for each, share in ((2, "1/2"), (5, "4/5")):
        judged = [one for turn in range(each) for one in held_out(everything, each=each, turn=turn).judged]
        outcome = Outcome(judged)
        for lowest, acted, least, most in ((bayes.UNSURE, "looked at", 0.97, 0.9), (bayes.SURE, "sure", 1.0, 0.6)):
            precision, recall = outcome.precision(lowest), outcome.recall(lowest)
            what = f"filter, learned {share}, {acted}"
            row(f"{what}: precision", f"{precision:.3f}", f"{least:.2f}", kept=precision >= least)
            row(f"{what}: recall", f"{recall:.3f}", f"{most:.2f}", kept=recall >= most)
        bare = Outcome(
            [
                one
                for turn in range(each)
                for one in held_out(everything, each=each, turn=turn, without=of_a_website).judged
            ]
        )
        figure = f"{bare.precision(bayes.UNSURE):.3f}, {bare.recall(bayes.UNSURE):.3f}"
        row("the same, blind to websites: precision, recall", figure)
    with_one = [sum(bool(one.website) for one in everything if one.spam is kind) for kind in (True, False)]
    row("of these have a website", f"{with_one[0]} spam, {with_one[1]} wanted")
    print("The constants were chosen on these comments, which we wrote: a guard, and no forecast.")
    print(f"\nMistakes, learned from {share}:")
    for one, opinion in sorted(outcome.mistakes(bayes.UNSURE), key=lambda pair: -pair[1].figure):
        what = "missed" if one.spam else "taken for spam" if opinion.sure else "held"
        print(f"  {what:<14} {opinion.figure:.2f}  {one.name}: {one.text[:70]}")
        if opinion.why and not one.spam:
            print(f"  {'':<20} {opinion.why}")
