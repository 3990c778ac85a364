using System.Text.Json.Nodes;
using Heretix.Lake.DuckDb;

namespace Heretix.Tests.Integration.Cli;

/// <summary><c>hx chat</c> as a process.</summary>
public sealed class ChatTests
{
    private const string Text = """
        3/5/24, 10:15 AM - Messages and calls are end-to-end encrypted.
        3/5/24, 10:15 AM - Ann Lee: hi Bob, call +44 7700 900123
        3/6/24, 10:16 AM - Bob: ok Ann! "see", https://example.org ❤️
        two lines
        3/20/24, 10:45 PM - Bob: IMG-20240305-WA0001.jpg (file attached)
        3/20/24, 10:45 PM - Ann Lee: <Media omitted>
        99/99/24, 10:45 PM - Ann Lee: no such day

        """;

    [Fact]
    public async Task Parse_writes_a_line_for_each_message_and_the_summary_apart()
    {
        using var folder = new TemporaryFolder();
        var (code, output, errors) = await RunAsync(folder, "parse", "chat.txt");
        code.ShouldBe(0, errors);
        var lines = output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .ToList();
        lines.Count.ShouldBe(5);
        lines[0]["author"].ShouldBeNull();
        lines[0]["kind"]!.GetValue<string>().ShouldBe("system");
        lines[2]
            .ToJsonString()
            .ShouldBe(
                JsonNode
                    .Parse(
                        """{"timestamp":"2024-03-06T10:16:00","author":"Bob","kind":"text","text":"ok Ann! \"see\", https://example.org ❤️\ntwo lines"}"""
                    )!
                    .ToJsonString()
            );
        lines[3]["media"]!.GetValue<string>().ShouldBe("image");
        var summary = JsonNode.Parse(errors)!["summary"]!;
        summary["messages"]!.GetValue<int>().ShouldBe(5);
        summary["format"]!["date_order"]!["order"]!.GetValue<string>().ShouldBe("mdy");
        summary["format"]!["platform"]!.GetValue<string>().ShouldBe("whatsapp");
        summary["unread"]!["count"]!.GetValue<int>().ShouldBe(1);
        summary["unread"]!["first"]![0]!["line"]!.GetValue<int>().ShouldBe(7);
    }

    [Fact]
    public async Task The_summary_may_be_the_last_line()
    {
        using var folder = new TemporaryFolder();
        var (code, output, errors) = await RunAsync(folder, "parse", "chat.txt", "--json", "--summary");
        code.ShouldBe(0);
        errors.ShouldBeEmpty();
        JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!["summary"]!["participants"]![1]!
            .GetValue<string>()
            .ShouldBe("Bob");
    }

    [Fact]
    public async Task Csv_quotes_what_needs_it()
    {
        using var folder = new TemporaryFolder();
        var (_, output, _) = await RunAsync(folder, "parse", "chat.txt", "--csv");
        output.ShouldStartWith(
            "timestamp,author,kind,media,file,edited,text\r\n2024-03-05T10:15:00,,system,,,false,Messages and"
        );
        output.ShouldContain(
            "2024-03-06T10:16:00,Bob,text,,,false,\"ok Ann! \"\"see\"\", https://example.org ❤️\ntwo lines\"\r\n"
        );
    }

    [Fact]
    public async Task Parquet_holds_every_message()
    {
        using var folder = new TemporaryFolder();
        (await RunAsync(folder, "parse", "chat.txt", "--parquet")).Code.ShouldBe(2);
        var (code, _, errors) = await RunAsync(folder, "parse", "chat.txt", "--parquet", "--out", "deep/m.parquet");
        code.ShouldBe(0, errors);
        using var duckDb = new DuckDbConnection();
        using var rows = duckDb.Read(
            $"SELECT count(*), count(author), strftime(max(timestamp), '%H:%M') FROM read_parquet({DuckDbConnection.Quote(Path.Combine(folder.Path, "deep/m.parquet"))})"
        );
        rows.Read().ShouldBeTrue();
        (rows.Value(0), rows.Value(1), rows.Value(2)).ShouldBe((5L, 4L, "22:45"));
    }

    [Fact]
    public async Task Statistics_come_as_text_as_json_and_as_a_page()
    {
        using var folder = new TemporaryFolder();
        var (code, text, errors) = await RunAsync(folder, "stats", "chat.txt");
        code.ShouldBe(0, errors);
        text.ShouldContain("Ann Lee, Bob");
        text.ShouldContain("1 line not understood");
        JsonNode.Parse((await RunAsync(folder, "stats", "chat.txt", "--json")).Output)!["total_messages"]!
            .GetValue<int>()
            .ShouldBe(4);
        (await RunAsync(folder, "stats", "chat.txt", "--html")).Output.ShouldBe("chat.html\n");
        var page = await File.ReadAllTextAsync(
            Path.Combine(folder.Path, "chat.html"),
            TestContext.Current.CancellationToken
        );
        page.ShouldContain("<svg");
        page.ShouldContain("default-src &#39;none&#39;");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("src=");
        System.Xml.Linq.XDocument.Parse(page["<!DOCTYPE html>".Length..]).Root!.Name.LocalName.ShouldBe("html");
    }

    [Fact]
    public async Task An_anonymised_chat_names_nobody_and_is_parsed_again()
    {
        using var folder = new TemporaryFolder();
        var (code, output, errors) = await RunAsync(folder, "anonymize", "chat.txt", "--seed", "7");
        code.ShouldBe(0, errors);
        errors.ShouldContain("5 messages, seed 7");
        output.ShouldNotContain("Ann");
        output.ShouldNotContain("Bob");
        output.ShouldNotContain("900123");
        (await RunAsync(folder, "anonymize", "chat.txt", "--seed", "7", "--out", "clean.txt")).Code.ShouldBe(0);
        (
            await File.ReadAllTextAsync(Path.Combine(folder.Path, "clean.txt"), TestContext.Current.CancellationToken)
        ).ShouldBe(output);
        JsonNode.Parse((await RunAsync(folder, "stats", "clean.txt", "--json")).Output)!["total_messages"]!
            .GetValue<int>()
            .ShouldBe(4);
    }

    [Theory]
    [InlineData(1, "there is no file nothing.txt", "parse", "nothing.txt")]
    [InlineData(1, "no line begins like a message", "stats", "other.txt")]
    [InlineData(1, "the file is empty", "anonymize", "empty.txt")]
    [InlineData(1, "the zip is damaged", "parse", "broken.zip")]
    [InlineData(2, "exclude each other", "parse", "chat.txt", "--csv", "--json")]
    [InlineData(2, "--out names the file that is read", "anonymize", "chat.txt", "--out", "chat.txt")]
    [InlineData(2, "--date-order takes dmy", "parse", "chat.txt", "--date-order", "xyz")]
    [InlineData(2, "did you mean '--html'?", "stats", "--htm")]
    public async Task Wrong_input_is_explained(int code, string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "other.txt"),
            "nothing here",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "empty.txt"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "broken.zip"),
            "PK\u0003\u0004x",
            TestContext.Current.CancellationToken
        );
        var (ended, output, errors) = await RunAsync(folder, arguments);
        ended.ShouldBe(code, errors);
        errors.ShouldContain(message);
        output.ShouldBeEmpty();
        (
            await File.ReadAllTextAsync(Path.Combine(folder.Path, "chat.txt"), TestContext.Current.CancellationToken)
        ).ShouldBe(Text);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(
        TemporaryFolder folder,
        params string[] arguments
    )
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "chat.txt"),
            Text,
            TestContext.Current.CancellationToken
        );
        return await HxProcess.RunAsync(folder.Path, null, ["chat", .. arguments]);
    }
}
