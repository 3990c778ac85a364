using Heretix.Research.Batch;

namespace Heretix.Tests.Unit.Research;

public sealed class ClaimsFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("heretix-").FullName;

    [Fact]
    public void Text_has_a_claim_on_each_line_that_is_no_comment()
    {
        var claims = Read("claims.txt", "# bench\n\nBees dance\r\n  Grass is green  \n");
        claims
            .Select(claim => (claim.Id, claim.Claim, claim.Line))
            .ShouldBe([("line-3", "Bees dance", 3), ("line-4", "Grass is green", 4)]);
    }

    [Fact]
    public void Json_lines_may_carry_ids_labels_and_categories()
    {
        var claims = Read(
            "claims.jsonl",
            """
            {"id": "a", "claim": "Bees dance", "label": true, "category": "biology", "note": 1}
            {"id": 7, "claim": "Grass is red", "label": 0.25}
            {"claim": "Unlabelled"}
            """
        );
        claims.Select(claim => claim.Id).ShouldBe(["a", "7", "line-3"]);
        claims.Select(claim => claim.Label).ShouldBe([1, 0.25, null]);
        claims[0].Category.ShouldBe("biology");
    }

    [Fact]
    public void Csv_takes_quotes_line_breaks_and_any_order_of_columns()
    {
        var claims = Read(
            "claims.csv",
            "label,claim,id\nfalse,\"Bees, all of them,\n\"\"dance\"\"\",a\n1,Grass is green,b\n"
        );
        claims.Select(claim => claim.Claim).ShouldBe(["Bees, all of them,\n\"dance\"", "Grass is green"]);
        claims.Select(claim => claim.Label).ShouldBe([0, 1]);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_claim() =>
        Read("claims.txt", "\uFEFFBees dance\n")[0].Claim.ShouldBe("Bees dance");

    [Theory]
    [InlineData("c.jsonl", "{\"claim\": \"a\"}\n{\"claim\": \"b\"", "c.jsonl:2: not JSON")]
    [InlineData("c.jsonl", "[1]", "c.jsonl:1: a line of JSONL is an object")]
    [InlineData("c.jsonl", "{\"text\": \"a\"}", "c.jsonl:1: there is no claim")]
    [InlineData("c.jsonl", "{\"claim\": \"a\", \"label\": \"perhaps\"}", "c.jsonl:1: a label is")]
    [InlineData("c.jsonl", "{\"claim\": \"a\", \"label\": 1.5}", "c.jsonl:1: a label is")]
    [InlineData(
        "c.jsonl",
        "{\"id\":\"x\",\"claim\":\"a\"}\n{\"id\":\"x\",\"claim\":\"b\"}",
        "c.jsonl:2: the id 'x' is that of line 1 too"
    )]
    [InlineData("c.csv", "text,label\na,1\n", "c.csv:1: the header has no column 'claim'")]
    [InlineData("c.csv", "claim,label\n,1\n", "c.csv:2: there is no claim")]
    [InlineData("c.txt", "\n# only a comment\n", "has no claims")]
    [InlineData("c.csv", "", "has no claims")]
    public void A_faulty_file_is_refused_with_file_and_line(string name, string text, string message) =>
        Should.Throw<ClaimsFileException>(() => Read(name, text)).Message.ShouldContain(message);

    [Fact]
    public void A_missing_file_is_refused_by_name() =>
        Should
            .Throw<ClaimsFileException>(() => ClaimsFile.Read(Path.Combine(folder, "none.txt")))
            .Message.ShouldContain("none.txt");

    private IReadOnlyList<ClaimLine> Read(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return ClaimsFile.Read(path);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
