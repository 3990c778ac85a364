using System.Diagnostics;

namespace Heretix.Tests.Integration.Cli;

public sealed class StandardInputTests
{
    private static string Hx => $"dotnet '{Path.Combine(AppContext.BaseDirectory, "hx.dll")}'";

    [Theory]
    [InlineData("{0} estimate <&-", 1, "standard input is empty")]
    [InlineData("{0} estimate </dev/null", 1, "standard input is empty")]
    [InlineData("printf '' | {0} estimate -", 1, "standard input is empty")]
    [InlineData("printf '{{\"logits\":[[\"é\",[0]]]}}' | {0} estimate", 0, "50.0 %")]
    [InlineData("(sleep 1; printf '{{\"logits\":[[\"a\",[0]]]}}') | {0} estimate", 0, "50.0 %")]
    [InlineData("{0} runs delete x --mock <&-", 1, "there is no store")]
    public async Task Standard_input_may_be_closed_empty_or_slow(string command, int code, string said)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("bash", ["-c", string.Format(null, command, Hx)])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };

        using var shell = Process.Start(start)!;
        var stop = TestContext.Current.CancellationToken;
        var output = shell.StandardOutput.ReadToEndAsync(stop);
        var errors = shell.StandardError.ReadToEndAsync(stop);
        await shell.WaitForExitAsync(stop);

        shell.ExitCode.ShouldBe(code);
        (await output + await errors).ShouldContain(said);
    }
}
