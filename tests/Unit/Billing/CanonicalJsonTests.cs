using System.Text;
using System.Text.Json;
using Heretix.Billing.Events;

namespace Heretix.Tests.Unit.Billing;

/// <summary>One object is one hash, however it is written.</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"b":1,"a":{"d":[1,2],"c":null}}""", """ { "a" : {"c":null,"d":[1, 2]}, "b":1 } """, true)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":1}""", """{"a":1.0}""", false)]
    [InlineData("""{"a":"ü"}""", """{"a":"\u00fc"}""", true)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    public void Order_and_space_do_not_matter_and_all_else_does(string one, string other, bool same)
    {
        var hashes = new[] { one, other }.Select(json => CanonicalJson.Hash("type", JsonElement.Parse(json))).ToList();
        (hashes[0] == hashes[1]).ShouldBe(same);
        hashes[0].Length.ShouldBe(64);
        CanonicalJson.Hash("another type", JsonElement.Parse(one)).ShouldNotBe(hashes[0]);
    }

    [Fact]
    public void Members_are_in_the_order_of_their_names() =>
        Encoding
            .UTF8.GetString(CanonicalJson.Write(JsonElement.Parse("""{"b":{"y":1,"x":2},"a":true}""")).Span)
            .ShouldBe("""{"a":true,"b":{"x":2,"y":1}}""");
}
