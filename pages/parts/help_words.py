"""The texts of the Help page: method and limits, vocabulary, data and keys."""

from core.language import N_

METHOD: tuple[tuple[str, str], ...] = (
    (
        N_("What a week is"),
        N_(
            "The sessions of one calendar week, named by its Friday, also where that Friday was a "
            "holiday. Only complete weeks count: a week still trading feeds no indicator and no "
            "forecast."
        ),
    ),
    (
        N_("What next month is"),
        N_(
            "Four weeks after the week a forecast was made from. UP and DOWN are moves of more "
            "than the band, 1 % unless a training chose another; SIDEWAYS lies within it."
        ),
    ),
    (
        N_("The two models"),
        N_(
            "price_target_model gives the forecast price, the median of what may come, with its "
            "intervals. pattern_lstm_classifier gives the probabilities of UP, SIDEWAYS and DOWN. "
            "Both read the same 20 indicators. Either may be a blend: the mean of several simpler "
            "models, which errs less than most of its parts."
        ),
    ),
    (
        N_("How they are judged: walk-forward"),
        N_(
            "A model is fitted on the past up to a week, judged on weeks after it that it has not "
            "seen, then fitted anew with more past. Weeks whose outcomes overlap the border are "
            "left out. Every score here is out-of-sample unless the page says otherwise."
        ),
    ),
    (
        N_("Calibration"),
        N_(
            "Raw probabilities are adjusted on weeks after those learned from, so that of the "
            "forecasts said to be 50 % about half come true. How well that holds is measured."
        ),
    ),
    (
        N_("Intervals"),
        N_(
            "The 80 % interval is made from past out-of-sample errors so that 80 of 100 outcomes "
            "fall inside. Its measured coverage stands beside it. In a crash all stocks leave "
            "their intervals together."
        ),
    ),
    (
        N_("Withheld calls"),
        N_(
            "A direction is called only where its probability lies clearly above the usual one and "
            "the forecast price lies on the same side. Elsewhere the call is withheld: no clear "
            "direction. That is an answer, not a fault."
        ),
    ),
    (
        N_("No change as the baseline"),
        N_(
            "The close stays: this simplest forecast is hard to beat over four weeks. Every "
            "forecast price stands beside it, every call beside how often its class usually comes."
        ),
    ),
    (
        N_("What it cannot do"),
        N_(
            "It knows prices and volumes only: no news, no accounts, no dividends to come. Stocks "
            "that were delisted may be missing from the prices, which flatters any test. A "
            "forecast is a statistical estimate with a wide margin, not advice."
        ),
    ),
)
"""Headings and texts, in the order in which they are read."""

VOCABULARY: tuple[tuple[str, str], ...] = (
    (
        N_("Out-of-sample"),
        N_("Judged on weeks the model had not learned from. Only this is proof."),
    ),
    (
        N_("In-sample"),
        N_("Judged on weeks it had learned from. It looks better than it is and proves no skill."),
    ),
    (N_("As of"), N_("The last complete week that a forecast knew.")),
    (N_("Target date"), N_("The day a forecast is for, four weeks later.")),
    (N_("Band"), N_("How far a price may move and still count as SIDEWAYS.")),
    (N_("Call"), N_("UP, DOWN or SIDEWAYS, where one is given; else no clear direction.")),
    (N_("Usually"), N_("How often a class came in the weeks learned from: its prior.")),
    (N_("Hit rate"), N_("Share of calls that came true. It means little without the usual share.")),
    (
        N_("MAPE"),
        N_("Mean distance between forecast and outcome, as a share of the price that came."),
    ),
    (
        N_("Coverage"),
        N_("Share of outcomes inside an interval; for the 80 % one it should be 80 %."),
    ),
    (
        N_("Log loss"),
        N_("How wrong probabilities were; a sure error costs most. Lower is better."),
    ),
    (
        N_("Brier score"),
        N_("Mean squared distance of probabilities from what came. Lower is better."),
    ),
    (
        N_("Rank IC"),
        N_(
            "Correlation of the forecasts' order with the outcomes' order in one week: 0 is none, "
            "1 perfect. About 0.05 is already much."
        ),
    ),
    (N_("Skill"), N_("How much better than the baseline a model is; below zero it is worse.")),
    (N_("Gate"), N_("Rules that a version must hold before it may serve in production.")),
    (N_("Production"), N_("The pair of versions whose forecasts the pages show.")),
)

DATA: tuple[str, ...] = (
    N_(
        "Prices, forecasts, models and notes lie in the data folder on this machine. Nothing "
        "leaves it but what a source of prices is asked for, symbols and dates; the alerts you "
        "have sent to channels of your own; and, where a language model is set for the Ask page, "
        "the questions and what answers them."
    ),
    N_("Charts, fonts and MLflow work without a network. No use is counted, no account is needed."),
    N_(
        "Prices are adjusted for splits and dividends. An adjusted price of years ago is not what "
        "anyone paid then; the close as traded stands beside it where the source knows it."
    ),
    N_("Vietnamese prices are quoted in thousand VND: 65.3 means 65,300 VND."),
)

KEYS: tuple[tuple[str, str], ...] = (
    ("J", N_("Stock page: next stock")),
    ("K", N_("Stock page: previous stock")),
    ("R", N_("Run the page again")),
    ("Tab", N_("Go to the next control; Shift and Tab goes back")),
    ("Enter", N_("Press the control, open a page from the menu")),
    ("Esc", N_("Close a window that was opened")),
)
