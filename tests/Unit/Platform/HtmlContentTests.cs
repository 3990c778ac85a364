using Heretix.Platform.Pages;

namespace Heretix.Tests.Unit.Platform;

/// <summary>What goes into a hole of a page never becomes markup.</summary>
public sealed class HtmlContentTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\" onclick=\"x", "&quot; onclick=&quot;x")]
    [InlineData("it's & so", "it&#x27;s &amp; so")]
    [InlineData(null, "")]
    public void Text_in_a_hole_is_encoded(string? text, string expected)
    {
        HtmlContent content = $"<p>{text}</p>";
        content.ToString().ShouldBe($"<p>{expected}</p>");
    }

    [Fact]
    public void Html_in_a_hole_goes_in_as_it_is_and_keeps_its_own_holes_encoded()
    {
        var rows = new[] { "a<b", "c" }.Select(cell => (HtmlContent)$"<td>{cell}</td>");
        HtmlContent table = $"<tr>{rows}</tr>{HtmlContent.Text("<i>")}";
        table.ToString().ShouldBe("<tr><td>a&lt;b</td><td>c</td></tr>&lt;i&gt;");
    }

    [Fact]
    public void A_number_is_written_in_the_form_of_no_culture()
    {
        HtmlContent content = $"{1234.5:0.00}";
        content.ToString().ShouldBe("1234.50");
    }

    [Fact]
    public void A_hole_without_quotes_in_an_attribute_is_refused() =>
        Should.Throw<InvalidOperationException>(() =>
        {
            HtmlContent _ = $"<a href={"x"}>";
        });

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    public void An_address_that_would_run_something_is_refused(string address) =>
        Should.Throw<InvalidOperationException>(() =>
        {
            HtmlContent _ = $"<a href=\"{new Uri(address)}\">";
        });

    [Fact]
    public void An_address_keeps_its_form()
    {
        HtmlContent content = $"<a href=\"{new Uri("https://example.org/?a=1&b=2")}\">";
        content.ToString().ShouldBe("<a href=\"https://example.org/?a=1&amp;b=2\">");
    }
}
