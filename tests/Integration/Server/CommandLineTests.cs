using Heretix.Server;

namespace Heretix.Tests.Integration.Server;

/// <summary>The command line explains itself and says what it does not understand.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "migrate", "jobs", "plan", "rotate-keys", "--role", "--data", "--urls")]
    [InlineData("migrate", "--status", "--data")]
    [InlineData("jobs", "list", "retry", "cancel")]
    [InlineData("jobs list", "--json", "--limit")]
    [InlineData("jobs retry", "<KIND>", "<NAME>")]
    [InlineData("jobs cancel", "<KIND>", "<NAME>")]
    [InlineData("plan", "<EMAIL>", "<PLAN>", "--until")]
    [InlineData("rotate-keys", "--data")]
    public async Task Every_verb_has_a_help_text_that_names_what_it_takes(string verb, params string[] named)
    {
        var (code, output, errors) = await RunAsync([
            .. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            "--help",
        ]);
        code.ShouldBe(0, errors);
        errors.ShouldBeEmpty();
        // The root is called like the program that runs, which is this one here.
        output.ShouldMatch($@"Usage:\n  \S+ {verb}");
        foreach (var word in named)
            output.ShouldContain(word);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("jobs paint")]
    [InlineData("jobs list --limit 0")]
    [InlineData("jobs list --limit many")]
    [InlineData("jobs cancel test.note")]
    [InlineData("plan")]
    [InlineData("migrate --force")]
    [InlineData("--role owner")]
    public async Task What_is_not_understood_is_said_and_nothing_is_done(string line)
    {
        var (code, output, errors) = await RunAsync(line.Split(' '));
        code.ShouldBe(2);
        output.ShouldBeEmpty();
        errors.ShouldStartWith("heretix: ");
        errors.ShouldEndWith("heretix: see `heretix --help`\n");
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments)
    {
        using StringWriter output = new(),
            errors = new();
        var code = await ServerCommandLine.RunAsync(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
