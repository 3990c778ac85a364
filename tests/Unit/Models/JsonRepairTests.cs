using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Heretix.Models;

namespace Heretix.Tests.Unit.Models;

public sealed class JsonRepairTests
{
    [Fact]
    public void Every_reference_vector_is_reproduced()
    {
        foreach (var vector in Vectors.Cases("json_repair.json"))
        {
            var input = vector.GetProperty("input").GetString()!;
            JsonRepair.StripMarkdown(input).ShouldBe(Expected(vector, "strip_markdown_json"), input);
            JsonRepair.StripReasoning(input).ShouldBe(Expected(vector, "strip_reasoning"), input);
            var expected = vector.GetProperty("safe_json_dict").GetProperty("ok");
            JsonElement.DeepEquals(JsonRepair.ObjectOrEmpty(input), expected).ShouldBeTrue(input);
        }
    }

    [Theory]
    [InlineData("""{"prob_true":0.5}""", 0.5, false)]
    [InlineData("\uFEFF {\"prob_true\":0.5}\n", 0.5, false)]
    [InlineData("```json\n{\"prob_true\":0.5}\n```", 0.5, true)]
    [InlineData("```\n{\"prob_true\":0.5}\n```\nHope {this} helps!", 0.5, true)]
    [InlineData("Here you are: {\"prob_true\":0.5}. Anything else?", 0.5, true)]
    [InlineData("<think>is it {0.9}?</think>{\"prob_true\":0.5}", 0.5, false)]
    [InlineData("is it {0.9}?</think>\n{\"prob_true\":0.5}", 0.5, false)]
    [InlineData("<think>a<think>b</think>c {</think>{\"prob_true\":0.5}", 0.5, false)]
    [InlineData("{\"reasoning_content\":\"hm } \\\" {\"} {\"prob_true\":0.5}", 0.5, false)]
    [InlineData("""{"thoughts":"hm","prob_true":0.5}""", 0.5, false)]
    [InlineData("""[{"result":[{"data":"{\"prob_true\":0.5}"}]}]""", 0.5, false)]
    [InlineData("\"{\\\"prob_true\\\":0.5}\"", 0.5, false)]
    public void The_answer_is_found_in(string text, double probability, bool warned)
    {
        var found = JsonRepair.Extract(text);

        found.Object!.Value.GetProperty("prob_true").GetDouble().ShouldBe(probability);
        found.Object.Value.EnumerateObject().Count().ShouldBe(1);
        found.Warnings.ShouldBe(warned ? [JsonRepair.Repaired] : []);
    }

    [Theory]
    [InlineData("")]
    [InlineData("I cannot say.")]
    [InlineData("null")]
    [InlineData("0.7")]
    [InlineData("[1,2]")]
    [InlineData("{\"prob_true\":0.7")]
    [InlineData("{\"prob_true\":NaN}")]
    public void Nothing_is_invented_from(string text) => JsonRepair.Extract(text).Object.ShouldBeNull();

    [Fact]
    public void A_tag_inside_clean_JSON_is_left_alone() =>
        JsonRepair
            .Extract("""{"prob_true":0.5,"reasons":["<think>x</think>"]}""")
            .Object!.Value.GetProperty("reasons")[0]
            .GetString()
            .ShouldBe("<think>x</think>");

    [Fact]
    public void Without_unwrapping_an_object_is_returned_as_it_stands() =>
        JsonRepair
            .Extract("""Sure: {"content":{"x":1},"thoughts":"kept"}""", unwrap: false)
            .Object!.Value.GetRawText()
            .ShouldBe("""{"content":{"x":1},"thoughts":"kept"}""");

    [Fact]
    public void Wrappers_are_opened_eight_deep_and_no_deeper()
    {
        string Wrapped(int times) =>
            string.Concat(Enumerable.Repeat("{\"data\":", times)) + "{\"prob_true\":0.5}" + new string('}', times);

        JsonRepair.Extract(Wrapped(8)).Object!.Value.TryGetProperty("prob_true", out _).ShouldBeTrue();
        JsonRepair.Extract(Wrapped(9)).Object!.Value.TryGetProperty("prob_true", out _).ShouldBeFalse();
    }

    [Fact]
    public void Half_a_character_in_an_escape_is_replaced_and_can_be_read() =>
        JsonRepair
            .Extract("""{"prob_true":0.5,"a":"\ud83d\ude00 \ud83d \\ud83d \udE00x"}""")
            .Object!.Value.GetProperty("a")
            .GetString()
            .ShouldBe("\U0001F600 \uFFFD \\ud83d \uFFFDx");

    [Fact]
    public void Text_beyond_the_longest_repair_is_parsed_but_not_cut()
    {
        var padding = new string(' ', JsonRepair.LongestRepair);

        JsonRepair.Extract("{\"prob_true\":0.5}" + padding).Object.ShouldNotBeNull();
        JsonRepair.Extract("{\"prob_true\":0.5}" + padding + "done").Object.ShouldBeNull();
    }

    [Fact]
    public void No_text_makes_it_throw() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<string?>(),
                text =>
                {
                    JsonRepair.Extract(text).Warnings.Count.ShouldBeLessThanOrEqualTo(1);
                    JsonRepair.StripReasoning(text).Length.ShouldBeLessThanOrEqualTo(text?.Length ?? 0);
                    JsonRepair.StripMarkdown(text);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void No_mixture_of_its_own_marks_makes_it_throw()
    {
        string[] marks =
        [
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            ":",
            ",",
            "```",
            "json",
            "<think>",
            "</think>",
            "<reasoning>",
            "</reasoning>",
            "reasoning_content",
            "prob_true",
            "0.5",
            "\\ud83d",
            "\ud83d",
            "\u0000",
            "data",
            " ",
            "é",
        ];
        Prop.ForAll(
                Gen.Elements(marks).ListOf().ToArbitrary(),
                parts =>
                {
                    var found = JsonRepair.Extract(string.Concat(parts)).Object;
                    if (found is { } value)
                        foreach (var member in value.EnumerateObject())
                            _ = member.Name + member.Value;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(200));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("<think>")]
    [InlineData("</think>")]
    [InlineData("<think></reasoning>")]
    [InlineData("{\"reasoning_content\":1}")]
    [InlineData("\"")]
    [InlineData("\\ud83d")]
    [InlineData("```")]
    public void A_megabyte_of_anything_takes_time_in_proportion(string unit)
    {
        // Quadratic work on a megabyte would take minutes, and the test run's own limit would end it.
        var text = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));

        var found = JsonRepair.Extract(text);

        found.Object.ShouldBeNull();
    }

    private static string? Expected(JsonElement vector, string function) =>
        vector.GetProperty(function).TryGetProperty("ok", out var ok) ? ok.GetString() : null;
}
