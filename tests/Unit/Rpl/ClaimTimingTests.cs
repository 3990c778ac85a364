using System.Globalization;
using System.Text.Json;
using Heretix.Rpl.Claims;

namespace Heretix.Tests.Unit.Rpl;

public sealed class ClaimTimingTests
{
    public static TheoryData<string> Cases
    {
        get
        {
            var path = Path.Combine(AppContext.BaseDirectory, "Rpl", "Vectors", "wel_claim_parse.json");
            using var vectors = JsonDocument.Parse(File.ReadAllText(path));
            return [.. vectors.RootElement.GetProperty("cases").EnumerateArray().Select(item => item.GetRawText())];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_reference_claim_is_read_as_it_was(string json)
    {
        using var document = JsonDocument.Parse(json);
        var expected = document.RootElement;
        var today = DateOnly.Parse(expected.GetProperty("today").GetString()!, CultureInfo.InvariantCulture);
        var timing = ClaimTiming.Of(expected.GetProperty("text").GetString()!, today);
        timing.RelationFamily.ShouldBe(expected.GetProperty("relation_family").GetString());
        timing.Years.ShouldBe(expected.GetProperty("years").EnumerateArray().Select(year => year.GetInt32()));
        timing.FutureReference.ShouldBe(expected.GetProperty("contains_future_reference").GetBoolean());
        timing.PastReference.ShouldBe(expected.GetProperty("contains_past_reference").GetBoolean());
        timing.TimeSensitive.ShouldBe(expected.GetProperty("is_time_sensitive").GetBoolean());
        timing.Timely.ShouldBe(expected.GetProperty("heuristic_is_timely").GetBoolean());
    }

    [Theory]
    [InlineData("The Dodgers won the game in Oct", true)]
    [InlineData("The earth is flat", false)]
    [InlineData("Maybe it may rain", true)]
    public void Dates_and_recent_things_make_a_claim_timely(string claim, bool timely) =>
        ClaimTiming.Of(claim, new DateOnly(2025, 6, 1)).Timely.ShouldBe(timely);
}
