"""Tells who wrote a message from what was seen of it: trains on half of the messages, tells the authors of the other half.

Reads {"seed", "splits", "tables": [{"name", "rows": [{"author", "features"}]}]} from standard input, writes the accuracies as JSON."""

import json
import sys
import warnings

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest, VarianceThreshold, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.naive_bayes import CategoricalNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, QuantileTransformer, StandardScaler

warnings.filterwarnings("ignore")


def classifiers(seed, width):
    """By name. Those that are led astray by features of no use see only the most telling ones, chosen on the half to learn from."""
    few, more = min(12, width), min(30, width)
    ranks = lambda: QuantileTransformer(n_quantiles=50, random_state=seed)
    bins = KBinsDiscretizer(8, encode="ordinal", strategy="quantile", quantile_method="averaged_inverted_cdf")
    return {
        "nearest neighbours": make_pipeline(ranks(), SelectKBest(f_classif, k=few), KNeighborsClassifier(15)),
        "naive Bayes": make_pipeline(SelectKBest(f_classif, k=more), bins, CategoricalNB(min_categories=8)),
        "logistic regression": make_pipeline(ranks(), StandardScaler(), LogisticRegression(C=0.05, max_iter=200)),
        "random forest": RandomForestClassifier(200, min_samples_leaf=2, max_features=0.3, random_state=seed),
    }


def table(rows):
    """The features as numbers; words are numbered by how often they stand there."""
    names = sorted({name for row in rows for name in row["features"]})
    columns = []
    for name in names:
        values = [row["features"].get(name, -1) for row in rows]
        if any(isinstance(value, str) for value in values):
            words = [str(value) for value in values]
            order = sorted(set(words), key=lambda word: (-words.count(word), word))
            values = [order.index(word) for word in words]
        columns.append(values)
    # null: not seen, as at a relay that a message did not reach
    numbers = np.nan_to_num(np.array(columns, float).T, nan=-1)
    varied = VarianceThreshold().fit(numbers)
    chosen = varied.get_support()
    return numbers[:, chosen], [name for name, is_varied in zip(names, chosen) if is_varied], len(names)


def judge(rows, seed, splits):
    numbers, names, count = table(rows)
    authors = np.array([row["author"] for row in rows])
    halves = list(StratifiedShuffleSplit(splits, test_size=0.5, random_state=seed).split(numbers, authors))
    results = []
    for name, model in classifiers(seed, len(names)).items():
        right, times = np.zeros(len(rows)), np.zeros(len(rows))
        for learn, tell in halves:
            told = model.fit(numbers[learn], authors[learn]).predict(numbers[tell])
            right[tell] += told == authors[tell]
            times[tell] += 1
        share = right[times > 0] / times[times > 0]
        margin = 1.96 * share.std(ddof=1) / np.sqrt(len(share))
        results.append({"classifier": name, "accuracy": share.mean(), "low": max(0.0, share.mean() - margin), "high": share.mean() + margin})
    return {"features": count, "varied": len(names), "messages": len(rows), "authors": len(set(authors)), "results": results,
            "telling": importance(numbers, names, authors, halves[0], seed)}


def importance(numbers, names, authors, half, seed):
    """What a random forest goes by: how much of the accuracy each feature holds, of those that hold any. Shuffled one at a time."""
    learn, tell = half
    forest = RandomForestClassifier(100, min_samples_leaf=2, random_state=seed).fit(numbers[learn], authors[learn])
    whole = (forest.predict(numbers[tell]) == authors[tell]).mean()
    draw = np.random.RandomState(seed)
    losses = []
    for at in np.argsort(-forest.feature_importances_)[:8]:
        mixed = numbers[tell].copy()
        draw.shuffle(mixed[:, at])
        losses.append({"feature": names[at], "loss": whole - (forest.predict(mixed) == authors[tell]).mean(),
                       "weight": float(forest.feature_importances_[at])})
    return losses


order = json.load(sys.stdin)
json.dump([{"name": one["name"], **judge(one["rows"], order["seed"], order["splits"])} for one in order["tables"]], sys.stdout)
