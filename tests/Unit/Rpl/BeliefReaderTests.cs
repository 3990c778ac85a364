using Heretix.Rpl.Answers;

namespace Heretix.Tests.Unit.Rpl;

public sealed class BeliefReaderTests
{
    private const string Sound =
        """{"belief":{"prob_true":0.7,"label":"likely"},"reasons":["a","b"],"assumptions":[],"uncertainties":["u"],"flags":{"refused":false,"off_topic":false}}""";

    [Fact]
    public void A_reply_as_asked_is_valid_and_raises_no_warning()
    {
        var answer = BeliefReader.Read(Sound);
        answer.Valid.ShouldBeTrue();
        answer.Probability.ShouldBe(0.7);
        answer.Warnings.ShouldBeEmpty();
        answer.Reasons.ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("```json\n{0}\n```")]
    [InlineData("Here is my answer: {0} I hope it helps.")]
    [InlineData("<think>the claim is {vague}</think>\n{0}")]
    [InlineData("{\"response\":{0}}")]
    [InlineData("[{0}]")]
    public void A_wrapped_reply_counts(string wrapper)
    {
        var answer = BeliefReader.Read(wrapper.Replace("{0}", Sound, StringComparison.Ordinal));
        answer.Valid.ShouldBeTrue();
        answer.Probability.ShouldBe(0.7);
    }

    [Theory]
    [InlineData(
        """{"belief":{"prob_true":"0.7","label":"likely"},"reasons":["a","b"],"assumptions":[],"uncertainties":[],"flags":{"refused":false,"off_topic":false}}"""
    )]
    [InlineData(
        """{"belief":{"prob_true":0.7,"label":"Very Likely"},"reasons":["a","b"],"assumptions":[],"uncertainties":[],"flags":{"refused":false,"off_topic":false}}"""
    )]
    [InlineData(
        """{"belief":{"prob_true":0.7,"label":"likely"},"reasons":"one reason","flags":{"refused":false,"off_topic":false}}"""
    )]
    [InlineData("""{"belief":{"prob_true":0.7,"label":"likely"},"reasons":["a","b"],"assumptions":null}""")]
    public void A_harmless_deviation_counts_with_a_warning(string reply)
    {
        var answer = BeliefReader.Read(reply);
        answer.Valid.ShouldBeTrue();
        answer.Warnings.ShouldBe(["validation_coerced"]);
    }

    [Theory]
    [InlineData("""{"prob_true":0.3}""", 0.3)]
    [InlineData("""{"belief":{"prob_true":0.4}}""", 0.4)]
    [InlineData("""{"belief":{"prob_true":0.4,"label":"unlikely"},"mood":"sunny"}""", 0.4)]
    public void A_broken_reply_with_a_clear_probability_counts_with_a_warning(string reply, double expected)
    {
        var answer = BeliefReader.Read(reply);
        answer.Valid.ShouldBeTrue();
        answer.Probability.ShouldBe(expected);
        answer.Warnings.ShouldBe(["schema_validation_failed"]);
    }

    [Theory]
    [InlineData("""{"prob_true":0}""")]
    [InlineData("""{"prob_true":1}""")]
    public void The_ends_of_the_scale_count(string reply) => BeliefReader.Read(reply).Valid.ShouldBeTrue();

    [Theory]
    [InlineData("""{"prob_true":1.01}""", "probability_out_of_range")]
    [InlineData("""{"prob_true":-0.1}""", "probability_out_of_range")]
    [InlineData("""{"prob_true":73}""", "probability_out_of_range")]
    [InlineData("""{"prob_true":"73%"}""", "no_probability")]
    [InlineData("""{"prob_true":"NaN"}""", "no_probability")]
    [InlineData("""{"prob_true":null}""", "no_probability")]
    [InlineData("""{"prob_true":true}""", "no_probability")]
    [InlineData("I would say seventy percent.", "no_json")]
    [InlineData("", "no_json")]
    [InlineData("{", "no_probability")]
    public void A_reply_without_a_probability_in_range_does_not_count(string reply, string warning)
    {
        var answer = BeliefReader.Read(reply);
        answer.Valid.ShouldBeFalse();
        answer.Warnings.ShouldContain(warning);
    }

    [Theory]
    [InlineData("see https://example.org")]
    [InlineData("SEE HTTP://EXAMPLE.ORG")]
    [InlineData("see www.example.org")]
    public void A_link_anywhere_makes_a_reply_invalid(string reason)
    {
        var answer = BeliefReader.Read(Sound.Replace("\"a\"", $"\"{reason}\"", StringComparison.Ordinal));
        answer.Valid.ShouldBeFalse();
        answer.Probability.ShouldBe(0.7);
        answer.Warnings.ShouldContain("contains_link");
    }

    [Fact]
    public void A_refusal_is_a_refusal_even_when_it_states_a_probability()
    {
        var answer = BeliefReader.Read(
            Sound.Replace("\"refused\":false", "\"refused\":true", StringComparison.Ordinal)
        );
        answer.Refused.ShouldBeTrue();
        answer.Valid.ShouldBeFalse();
        answer.Warnings.ShouldBe(["refused"]);
    }

    [Fact]
    public void A_refusal_that_the_provider_reports_is_a_refusal()
    {
        var answer = BeliefReader.Read("I cannot help with that.", declined: true);
        answer.Refused.ShouldBeTrue();
        answer.Valid.ShouldBeFalse();
        answer.Warnings.ShouldContain("refused");
    }

    [Fact]
    public void A_cut_reply_is_told_apart()
    {
        var answer = BeliefReader.Read("""{"belief":{"prob""", truncated: true);
        answer.Valid.ShouldBeFalse();
        answer.Warnings.ShouldContain("truncated");
    }

    [Fact]
    public void Off_topic_is_a_warning_and_still_counts()
    {
        var answer = BeliefReader.Read(
            Sound.Replace("\"off_topic\":false", "\"off_topic\":true", StringComparison.Ordinal)
        );
        answer.Valid.ShouldBeTrue();
        answer.Warnings.ShouldBe(["off_topic"]);
    }
}
