using System.Buffers;
using System.Text.Json;
using Heretix.Models;

namespace Heretix.Tests.Unit.Models;

public sealed class SchemasTests
{
    [Theory]
    [InlineData(
        """{"type":"object","additionalProperties":false,"required":["a"],"properties":{"a":{"type":"number","minimum":0}}}""",
        true
    )]
    [InlineData("""{"type":"object","required":["a"],"properties":{"a":{"type":"string"}}}""", false)]
    [InlineData("""{"type":"object","additionalProperties":false,"properties":{"a":{"type":"string"}}}""", false)]
    [InlineData(
        """{"type":"object","additionalProperties":false,"required":["a"],"properties":{"a":{"type":"string","maxLength":9}}}""",
        false
    )]
    [InlineData("""{"type":"array","items":{"type":"object","properties":{"a":{}}}}""", false)]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"object","properties":{}}]}""", false)]
    [InlineData(
        """{"type":"array","items":{"$ref":"#/$defs/x"},"$defs":{"x":{"type":"object","properties":{"a":{}}}}}""",
        false
    )]
    public void Strict_mode_takes_closed_schemas_with_every_property_required(string schema, bool strict) =>
        Schemas.IsStrict(JsonElement.Parse(schema)).ShouldBe(strict);

    [Fact]
    public void Bounds_are_left_out_for_Anthropic_but_properties_of_their_names_stay()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            Schemas.WriteForAnthropic(
                json,
                JsonElement.Parse(
                    """
                    {"type":"object","required":["minimum"],"properties":{
                     "minimum":{"type":"integer","minimum":1,"maximum":5},
                     "list":{"type":"array","minItems":2,"items":{"type":"object","properties":{"s":{"type":"string","maxLength":3}}}},
                     "either":{"anyOf":[{"type":"null"},{"type":"number","multipleOf":2}]}}}
                    """
                )
            );

        var expected = JsonElement.Parse(
            """
            {"type":"object","additionalProperties":false,"required":["minimum"],"properties":{
             "minimum":{"type":"integer"},
             "list":{"type":"array",
              "items":{"type":"object","additionalProperties":false,"properties":{"s":{"type":"string"}}}},
             "either":{"anyOf":[{"type":"null"},{"type":"number"}]}}}
            """
        );
        JsonElement.DeepEquals(JsonElement.Parse(buffer.WrittenSpan), expected).ShouldBeTrue();
    }
}
