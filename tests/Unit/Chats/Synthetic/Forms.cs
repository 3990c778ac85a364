using Heretix.Chats;

namespace Heretix.Tests.Unit.Chats.Synthetic;

/// <summary>Every form of header that is known from real phones.</summary>
internal static class Forms
{
    private static readonly string[] Separators = ["/", "-", "."];
    private static readonly bool[] Both = [false, true];
    private static readonly (string, string)?[] AmPm = [null, (" AM", " PM")];

    public static IEnumerable<ExportForm> All() => [.. Dashes(), .. Brackets(), .. Halves(), .. Others()];

    private static IEnumerable<ExportForm> Dashes() =>
        from order in (DateOrder[])[DateOrder.Dmy, DateOrder.Mdy, DateOrder.Ymd, DateOrder.Ydm]
        from separator in Separators
        from seconds in Both
        from halves in AmPm
        from longYear in Both
        select new ExportForm
        {
            Order = order,
            Separator = separator,
            Seconds = seconds,
            Halves = halves,
            LongYear = longYear,
            Padded = !seconds,
        };

    private static IEnumerable<ExportForm> Brackets() =>
        from order in Enum.GetValues<DateOrder>()
        from separator in Separators
        from comma in Both
        from seconds in Both
        from halves in AmPm
        from longYear in Both
        select new ExportForm
        {
            Frame = Frame.Bracket,
            Order = order,
            Separator = separator,
            Between = comma ? ", " : " ",
            Seconds = seconds,
            Halves = halves,
            LongYear = longYear,
            Padded = longYear,
        };

    private static IEnumerable<ExportForm> Halves() =>
        from words in ((string, string)[])
            [
                ("AM", "PM"),
                ("am", "pm"),
                ("A.M.", "P.M."),
                ("a.m.", "p.m."),
                ("a. m.", "p. m."),
                ("a.\u00A0m.", "p.\u00A0m."),
                ("a m", "p m"),
                ("ص", "م"),
                ("fm", "em"),
                ("SA", "CH"),
                ("π.μ.", "μ.μ."),
                ("de.", "du."),
                ("ÖÖ", "ÖS"),
                ("पूर्वाह्न", "अपराह्न"),
                ("xq", "zw"),
            ]
        from space in (string[])[" ", "\u00A0", "\u202F"]
        from frame in (Frame[])[Frame.Dash, Frame.Bracket]
        select new ExportForm
        {
            Frame = frame,
            Halves = (space + words.Item1, space + words.Item2),
            Seconds = frame == Frame.Bracket,
            Padded = false,
        };

    private static IEnumerable<ExportForm> Others()
    {
        yield return new ExportForm
        {
            Separator = "-",
            LongYear = true,
            Between = " ",
        };
        yield return new ExportForm { Separator = ".", Between = " " };
        foreach (var seconds in Both)
        {
            yield return new ExportForm
            {
                Frame = Frame.Bracket,
                Separator = ".",
                TimeSeparator = ".",
                Seconds = seconds,
                LongYear = seconds,
            };
            yield return new ExportForm
            {
                Frame = Frame.Bracket,
                Mark = "\u200E",
                Seconds = seconds,
            };
            yield return new ExportForm
            {
                Mark = "\u200F",
                Zero = '\u0660',
                LongYear = seconds,
                Separator = "\u200F/",
            };
            yield return new ExportForm
            {
                Zero = '\u0660',
                LongYear = seconds,
                Halves = (" ص", " م"),
            };
            yield return new ExportForm
            {
                Zero = '\u06F0',
                LongYear = true,
                Order = DateOrder.Ymd,
                Seconds = seconds,
            };
            yield return new ExportForm
            {
                Frame = Frame.Bracket,
                Zero = '\u0660',
                Seconds = seconds,
                Halves = ("\u00A0ص", "\u00A0م"),
            };
            yield return new ExportForm
            {
                Calendar = Calendar.Buddhist,
                Padded = false,
                Seconds = seconds,
            };
            yield return new ExportForm
            {
                Calendar = Calendar.Buddhist,
                Frame = Frame.Bracket,
                Seconds = seconds,
            };
            yield return new ExportForm
            {
                Calendar = Calendar.Japanese,
                Order = DateOrder.Ymd,
                Seconds = seconds,
            };
            yield return new ExportForm
            {
                Calendar = Calendar.Japanese,
                Order = DateOrder.Ymd,
                Frame = Frame.Bracket,
                Between = " ",
            };
            yield return new ExportForm
            {
                Order = DateOrder.Ymd,
                LongYear = true,
                Padded = false,
                Between = " ",
                Halves = ("上午", "下午"),
                HalfFirst = true,
                Frame = seconds ? Frame.Bracket : Frame.Dash,
                Seconds = seconds,
            };
            yield return new ExportForm
            {
                Order = DateOrder.Ymd,
                Separator = ". ",
                LongYear = true,
                Padded = false,
                Between = ". ",
                Halves = ("오전 ", "오후 "),
                HalfFirst = true,
                Frame = seconds ? Frame.Bracket : Frame.Dash,
                Seconds = seconds,
            };
            yield return new ExportForm
            {
                Separator = ". ",
                LongYear = true,
                Padded = false,
                Between = ". ",
                Seconds = seconds,
            };
            yield return new ExportForm
            {
                NewLine = "\r\n",
                Frame = Frame.Bracket,
                Seconds = seconds,
            };
            yield return new ExportForm
            {
                NewLine = "\r",
                Frame = Frame.Bracket,
                Seconds = seconds,
            };
        }
        foreach (var order in (DateOrder[])[DateOrder.Mdy, DateOrder.Dmy])
        {
            yield return new ExportForm
            {
                Frame = Frame.TimeFirst,
                Order = order,
                Seconds = true,
                Padded = false,
            };
            yield return new ExportForm
            {
                Frame = Frame.TimeFirst,
                Order = order,
                Seconds = true,
                Halves = (" AM", " PM"),
            };
            yield return new ExportForm
            {
                Frame = Frame.Colon,
                Order = order,
                Seconds = true,
                LongYear = true,
                Between = " ",
            };
            yield return new ExportForm
            {
                Frame = Frame.Colon,
                Order = order,
                Seconds = true,
            };
            yield return new ExportForm
            {
                Frame = Frame.Colon,
                Order = order,
                Seconds = true,
                Halves = (" AM", " PM"),
            };
        }
        foreach (var word in (string[])[" à ", " klo ", " um ", " kl. ", " at ", " г., ", ", о ", " às "])
        {
            yield return new ExportForm { Between = word, LongYear = true };
            yield return new ExportForm
            {
                Between = word,
                Frame = Frame.Bracket,
                Seconds = true,
                Separator = ".",
            };
        }
        yield return new ExportForm
        {
            Order = DateOrder.Ymd,
            LongYear = true,
            Separator = "-",
            TimeSeparator = " h ",
            Between = " ",
        };
    }
}
