using System.Text.Json;
using Heretix.Rpl.Prompts;

namespace Heretix.Tests.Unit.Prompts;

public sealed class BeliefSchemaTests
{
    // What OpenAI, Gemini, xAI and Anthropic all accept in a native schema.
    private static readonly string[] Portable =
    [
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "description",
    ];

    [Fact]
    public void Every_object_requires_all_its_properties_and_allows_no_other() =>
        Each(
            BeliefSchema.Schema,
            schema =>
            {
                schema.EnumerateObject().Select(keyword => keyword.Name).ShouldBeSubsetOf(Portable);
                if (schema.GetProperty("type").GetString() != "object")
                {
                    return;
                }

                schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
                schema
                    .GetProperty("required")
                    .EnumerateArray()
                    .Select(name => name.GetString())
                    .ShouldBe(schema.GetProperty("properties").EnumerateObject().Select(property => property.Name));
            }
        );

    [Fact]
    public void The_text_names_every_property_and_label_of_the_schema() =>
        Each(
            BeliefSchema.Schema,
            schema =>
            {
                string[] names =
                [
                    .. schema.TryGetProperty("properties", out var properties)
                        ? properties.EnumerateObject().Select(property => property.Name)
                        : [],
                    .. schema.TryGetProperty("enum", out var labels)
                        ? labels.EnumerateArray().Select(label => label.GetString()!)
                        : [],
                ];
                foreach (var name in names)
                {
                    BeliefSchema.Text.ShouldContain($"\"{name}\"");
                }
            }
        );

    [Fact]
    public void The_text_shows_no_figure_that_could_anchor_an_answer() =>
        BeliefSchema.Text.ShouldNotMatch("[0-9]\\.[0-9]");

    private static void Each(JsonElement schema, Action<JsonElement> check)
    {
        check(schema);
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                Each(property.Value, check);
            }
        }

        if (schema.TryGetProperty("items", out var items))
        {
            Each(items, check);
        }
    }
}
