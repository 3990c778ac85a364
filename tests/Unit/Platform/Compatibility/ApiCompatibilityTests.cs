using System.Text.Json.Nodes;
using Heretix.Tests.Compatibility;

namespace Heretix.Tests.Unit.Platform.Compatibility;

/// <summary>Each way of breaking a client is found, and additions are none.</summary>
public sealed class ApiCompatibilityTests
{
    private const string Api = """
        {
          "paths": {
            "/api/checks/run": {
              "post": {
                "operationId": "run",
                "parameters": [
                  { "name": "dry", "in": "query", "schema": { "type": "boolean" } }
                ],
                "requestBody": {
                  "required": true,
                  "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Request" } } }
                },
                "responses": {
                  "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Check" } } } },
                  "404": { "$ref": "#/components/responses/Missing" }
                }
              },
              "get": { "responses": { "204": { "description": "nothing" } } }
            },
            "/api/me": { "get": { "responses": { "200": { "description": "me" } } } }
          },
          "components": {
            "responses": { "Missing": { "description": "none" } },
            "schemas": {
              "Request": {
                "type": "object",
                "required": ["claim"],
                "properties": {
                  "claim": { "type": "string", "minLength": 1, "maxLength": 1000 },
                  "K": { "type": "integer", "minimum": 1, "maximum": 64 },
                  "mode": { "type": "string", "enum": ["baseline", "web"] },
                  "weight": { "type": ["number", "null"] },
                  "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } }
                }
              },
              "Part": { "type": "object", "properties": { "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } }, "n": { "type": "integer" } } },
              "Check": {
                "type": "object",
                "required": ["p", "label"],
                "properties": {
                  "p": { "type": "number", "minimum": 0, "maximum": 1 },
                  "label": { "type": "string", "enum": ["true", "false"] },
                  "count": { "type": "integer" },
                  "inner": { "oneOf": [ { "type": "null" }, { "$ref": "#/components/schemas/Part" } ] }
                }
              }
            }
          }
        }
        """;

    private static IReadOnlyList<string> BreaksOf(Action<JsonObject> change)
    {
        var after = JsonNode.Parse(Api)!.AsObject();
        change(after);
        return ApiCompatibility.Breaks(JsonNode.Parse(Api)!.AsObject(), after);
    }

    /// <summary>Sets, or removes when the value is null, what stands at a place: <c>components/schemas/Check/type</c>.</summary>
    private static void Set(JsonObject document, string place, string? value)
    {
        var steps = place.Split('|');
        JsonNode node = document;
        foreach (var step in steps[..^1])
            node = (node is JsonArray array ? array[int.Parse(step, null)] : node[step])!;
        if (value is null)
            node.AsObject().Remove(steps[^1]);
        else
            node[steps[^1]] = JsonNode.Parse(value);
    }

    [Fact]
    public void The_same_document_breaks_nothing() => BreaksOf(_ => { }).ShouldBeEmpty();

    [Theory]
    [InlineData("paths|/api/me", null, "/api/me is gone")]
    [InlineData("paths|/api/checks/run|get", null, "GET /api/checks/run is gone")]
    [InlineData("paths|/api/checks/run|post|operationId", "\"other\"", "operation id run is gone")]
    [InlineData("paths|/api/checks/run|post|parameters", "[]", "query dry is gone")]
    [InlineData("paths|/api/checks/run|post|parameters|0|required", "true", "query dry is newly required")]
    [InlineData(
        "paths|/api/checks/run|post|parameters|0|schema|type",
        "\"integer\"",
        "query dry: the type was narrowed"
    )]
    [InlineData("paths|/api/checks/run|post|requestBody", null, "the body is gone")]
    [InlineData("paths|/api/checks/run|get|requestBody", """{"required":true}""", "a body is newly required")]
    [InlineData("paths|/api/checks/run|post|responses|200", null, "the answer 200 is gone")]
    [InlineData("paths|/api/checks/run|post|responses|200|content", "{}", "application/json is gone")]
    // What is sent must go on being taken.
    [InlineData("components|schemas|Request|required", """["claim","K"]""", ".K is newly required")]
    [InlineData("components|schemas|Request|properties|mode", null, ".mode is gone")]
    [InlineData(
        "components|schemas|Request|properties|mode|enum",
        """["baseline"]""",
        ".mode: the names were narrowed"
    )]
    [InlineData("components|schemas|Request|properties|claim|enum", """["x"]""", ".claim: the names were narrowed")]
    [InlineData("components|schemas|Request|properties|claim|maxLength", "500", ".claim: maxLength was narrowed")]
    [InlineData("components|schemas|Request|properties|claim|minLength", "2", ".claim: minLength was narrowed")]
    [InlineData("components|schemas|Request|properties|claim|pattern", "\"^a\"", ".claim: pattern was narrowed")]
    [InlineData("components|schemas|Request|properties|K|minimum", "2", ".K: minimum was narrowed")]
    [InlineData("components|schemas|Request|properties|weight|type", "\"number\"", ".weight: the type was narrowed")]
    [InlineData("components|schemas|Request|properties|weight|maximum", "5", ".weight: maximum was narrowed")]
    [InlineData("components|schemas|Request|properties|parts|maxItems", "5", ".parts: maxItems was narrowed")]
    [InlineData("components|schemas|Request|additionalProperties", "false", "other members are no longer taken")]
    [InlineData("components|schemas|Part|required", """["n"]""", ".parts[].n is newly required")]
    // What is answered must go on being understood.
    [InlineData("components|schemas|Check|properties|p", null, ".p is gone")]
    [InlineData("components|schemas|Check|required", """["p"]""", ".label may now be missing")]
    [InlineData("components|schemas|Check|properties|p|type", """["number","null"]""", ".p: the type was widened")]
    [InlineData("components|schemas|Check|properties|count|type", "\"number\"", ".count: the type was widened")]
    [InlineData("components|schemas|Check|properties|p|maximum", "2", ".p: maximum was widened")]
    [InlineData("components|schemas|Check|properties|p|minimum", null, ".p: minimum was widened")]
    [InlineData(
        "components|schemas|Check|properties|label|enum",
        """["true","false","maybe"]""",
        ".label: the names were widened"
    )]
    [InlineData("components|schemas|Check|properties|label|enum", null, ".label: the names were widened")]
    [InlineData(
        "components|schemas|Check|properties|inner|oneOf",
        """[{"type":"null"},{"type":"string"}]""",
        ".inner: an alternative is new"
    )]
    public void A_break_is_found_and_named(string place, string? value, string expected) =>
        BreaksOf(document => Set(document, place, value))
            .ShouldContain(found => found.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("paths|/api/new", """{"get":{"responses":{}}}""")]
    [InlineData("paths|/api/me|post", """{"responses":{}}""")]
    [InlineData("paths|/api/me|get|parameters", """[{"name":"x","in":"query","schema":{"type":"string"}}]""")]
    [InlineData("paths|/api/me|get|requestBody", """{"content":{}}""")]
    [InlineData("paths|/api/checks/run|post|requestBody|required", "false")]
    [InlineData("paths|/api/checks/run|post|responses|404", null)]
    [InlineData("paths|/api/checks/run|post|responses|201", """{"description":"new"}""")]
    [InlineData("components|schemas|Request|required", "[]")]
    [InlineData("components|schemas|Request|properties|more", """{"type":"string"}""")]
    [InlineData("components|schemas|Request|properties|mode|enum", """["baseline","web","both"]""")]
    [InlineData("components|schemas|Request|properties|mode|enum", null)]
    [InlineData("components|schemas|Request|properties|claim|maxLength", "2000")]
    [InlineData("components|schemas|Request|properties|claim|maxLength", null)]
    [InlineData("components|schemas|Request|properties|K|type", "\"number\"")]
    [InlineData("components|schemas|Request|properties|K|type", """["integer","null"]""")]
    [InlineData("components|schemas|Check|required", """["p","label","count"]""")]
    [InlineData("components|schemas|Check|properties|more", """{"type":"string"}""")]
    [InlineData("components|schemas|Check|properties|p|type", "\"integer\"")]
    [InlineData("components|schemas|Check|properties|p|maximum", "0.5")]
    [InlineData("components|schemas|Check|properties|label|enum", """["true"]""")]
    [InlineData("components|schemas|Check|properties|count|minimum", "0")]
    [InlineData("components|schemas|Check|properties|inner|oneOf", """[{"$ref":"#/components/schemas/Part"}]""")]
    public void An_addition_breaks_nothing(string place, string? value) =>
        BreaksOf(document => Set(document, place, value)).ShouldBeEmpty();

    [Fact]
    public void A_new_required_parameter_breaks() =>
        BreaksOf(document =>
                Set(
                    document,
                    "paths|/api/me|get|parameters",
                    """[{"name":"x","in":"query","required":true,"schema":{"type":"string"}}]"""
                )
            )
            .ShouldBe(["GET /api/me: the new parameter query x is required"]);

    [Fact]
    public void A_type_that_may_contain_itself_is_compared_once()
    {
        var before = JsonNode.Parse(Api)!.AsObject();
        Set(
            before,
            "components|schemas|Part|properties|next",
            """{"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/Part"}]}"""
        );
        var after = before.DeepClone().AsObject();
        ApiCompatibility.Breaks(before, after).ShouldBeEmpty();
        Set(after, "components|schemas|Part|required", """["n"]""");
        ApiCompatibility.Breaks(before, after).ShouldBe(["POST /api/checks/run.parts[].n is newly required"]);
    }

    [Fact]
    public void A_schema_that_moved_into_another_place_is_the_same() =>
        BreaksOf(document =>
            {
                var schemas = document["components"]!["schemas"]!;
                schemas["Renamed"] = schemas["Check"]!.DeepClone();
                Set(
                    document,
                    "paths|/api/checks/run|post|responses|200|content|application/json|schema",
                    """{"allOf":[{"$ref":"#/components/schemas/Renamed"}]}"""
                );
            })
            .ShouldBeEmpty();
}
