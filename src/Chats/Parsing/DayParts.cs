using System.Collections.Frozen;

namespace Heretix.Chats.Parsing;

/// <summary>Which half of the day an hour of a 12-hour clock belongs to.</summary>
internal enum DayPart
{
    /// <summary>The hour is one of 24.</summary>
    None,

    /// <summary>From midnight to noon: 12 is 0.</summary>
    Morning,

    /// <summary>From noon to midnight: 12 stays, other hours are 12 more.</summary>
    Afternoon,

    /// <summary>The late evening: 12 is midnight, other hours are 12 more.</summary>
    Night,
}

/// <summary>Words for the halves of a day, as phones write them, without spaces and full stops and in lower case.</summary>
internal static class DayParts
{
    private const string Mornings = """
        vm af  fm sv  dop cs  dop sk  ap fi  fh is  yb cy  ص ar  صباحا ar  صباحًا ar  قظ fa  قبلازظهر fa
        पूर्वाह्न hi  मपू mr  পূর্বাহ্ণ bn  পূর্বাহ্ন bn  முற்பகல் ta  ಪೂರ್ವಾಹ್ನ kn  ਪੂਦੁ pa  පෙව si  πμ el
        претпл mk  претпладне mk  препподне sr  преподне sr  препподне sr  прообяд bg  прообед bg  проб bg
        дп ru  дп uk  öö tr  sa vi  pg ms  to uz  gh so  ጥዋት am  ก่อนเที่ยง th  ព្រឹក km  ກ່ອນທ່ຽງ lo
        နံနက် my  午前 ja  上午 zh  凌晨 zh  清晨 zh  早上 zh  早晨 zh  오전 ko  새벽 ko  아침 ko  priešpiet lt  priekšp lv
        priekšpusdienā lv  pd sq  paradite sq  eparadites sq  prijepodne hr  dopoldne sl  לפנהצ he  בבוקר he
        de hu  vorm de  կա hy
        """;

    private const string Afternoons = """
        nm af  em sv  odp cs  odp sk  ip fi  eh is  yh cy  م ar  مساء ar  مساءً ar  بظ fa  بعدازظهر fa
        अपराह्न hi  मउ mr  অপরাহ্ণ bn  অপরাহ্ন bn  பிற்பகல் ta  ಅಪರಾಹ್ನ kn  ਬਾਦੁ pa  පව si  μμ el  попл mk
        попладне mk  поподне sr  следобяд bg  следобед bg  слоб bg  пп ru  пп uk  ös tr  ch vi  ptg ms
        tk uz  gd so  ከሰዓት am  หลังเที่ยง th  ល្ងាច km  ຫຼັງທ່ຽງ lo  ညနေ my  午後 ja  下午 zh  中午 zh  傍晚 zh
        오후 ko  저녁 ko  낮 ko  popiet lt  pēcp lv  pēcpusdienā lv  md sq  mbasdite sq  embasdites sq
        poslijepodne hr  pop sl  popoldne sl  אחהצ he  בערב he  du hu  nachm de  կե hy
        """;

    private const string Nights = "晚上 zh 夜晚 zh 深夜 ja 밤 ko";

    private static readonly FrozenDictionary<string, (DayPart Part, string Language)> Words = Read();

    private static readonly FrozenDictionary<string, (DayPart Part, string Language)>.AlternateLookup<
        ReadOnlySpan<char>
    > Lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The half of the day that a word means; None when it is not known.</summary>
    public static DayPart Of(ReadOnlySpan<char> word) => Find(word).Part;

    /// <summary>The language of a word; null when it is not known, or common to many.</summary>
    public static string? LanguageOf(ReadOnlySpan<char> word) => Find(word).Language;

    private static (DayPart Part, string? Language) Find(ReadOnlySpan<char> word)
    {
        Span<char> plain = stackalloc char[24];
        var length = 0;
        foreach (var value in word)
        {
            if (value is ' ' or '.' or '/' or '״' or '׳' or '"' or '\'' or '’')
                continue;
            if (length == plain.Length)
                return default;
            plain[length++] = char.ToLowerInvariant(value);
        }
        return length > 0 && Lookup.TryGetValue(plain[..length], out var found) ? found : default;
    }

    private static FrozenDictionary<string, (DayPart, string)> Read()
    {
        var words = new Dictionary<string, (DayPart, string)>(StringComparer.Ordinal);
        Add(Mornings, DayPart.Morning);
        Add(Afternoons, DayPart.Afternoon);
        Add(Nights, DayPart.Night);
        // Plain a and p, and AM and PM, tell nothing about the language.
        foreach (
            var (word, part) in (ReadOnlySpan<(string, DayPart)>)
                [("am", DayPart.Morning), ("a", DayPart.Morning), ("pm", DayPart.Afternoon), ("p", DayPart.Afternoon)]
        )
            words[word] = (part, "");
        return words.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(string table, DayPart part)
        {
            var cells = table.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i + 1 < cells.Length; i += 2)
                words[cells[i]] = (part, cells[i + 1]);
        }
    }
}
