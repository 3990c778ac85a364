using Heretix.Research.Monitor;

namespace Heretix.Tests.Unit.Research.Monitor;

public sealed class BaselineTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void A_line_that_a_monitor_wrote_reads_back_as_it_was()
    {
        var row = MonitorRow.Of(Results.Of(p: 1 / 3.0, mock: true), null, new DriftThresholds());
        File.WriteAllLines(path, ["# made by hand", "", row.ToJsonLine()]);

        Baseline
            .Read(path)
            .Rows.ShouldBe([
                new BaselineRow("Water is wet", "gpt-5-2026", "v1_2026-01-01", 1 / 3.0, row.CiWidth, 0.8, true, 8, 2),
            ]);
    }

    [Fact]
    public void A_row_of_the_earlier_system_needs_neither_width_nor_sampling()
    {
        File.WriteAllText(
            path,
            """{"claim":"c","model":"m","prompt_version":"v","p_RPL":0.5,"ci95":[0.25,0.75],"ci_width":null,"stability":0.5,"drift_p":false}"""
        );

        Baseline.Read(path).Rows.ShouldBe([new BaselineRow("c", "m", "v", 0.5, 0.5, 0.5, null, null, null)]);
    }

    [Theory]
    [InlineData(
        """{"claim":"c","model":"m","prompt_version":"v","ci_width":0.1,"stability":0.5}""",
        "there is no p_RPL"
    )]
    [InlineData(
        """{"model":"m","prompt_version":"v","p_RPL":0.5,"ci_width":0.1,"stability":0.5}""",
        "there is no claim"
    )]
    [InlineData(
        """{"claim":"c","model":"m","prompt_version":"v","p_RPL":1.5,"ci_width":0.1,"stability":0.5}""",
        "p_RPL is a number from 0 to 1, not 1.5"
    )]
    [InlineData(
        """{"claim":"c","model":"m","prompt_version":"v","p_RPL":0.5,"stability":0.5}""",
        "neither ci_width nor ci95"
    )]
    [InlineData(
        """{"claim":"c","model":"m","prompt_version":"v","p_RPL":0.5,"ci95":[0.7,0.2],"stability":0.5}""",
        "ci95 is [low, high]"
    )]
    [InlineData(
        """{"claim":"c","model":"m","prompt_version":"v","p_RPL":0.5,"ci_width":0.1}""",
        "there is no stability"
    )]
    [InlineData("""{"claim":""", "not JSON")]
    [InlineData("[]", "a row is a JSON object")]
    public void A_line_that_is_no_row_is_named_with_what_is_wrong(string line, string problem)
    {
        File.WriteAllLines(path, ["# one line before it", line]);

        Should.Throw<BaselineException>(() => Baseline.Read(path)).Message.ShouldStartWith($"{path}:2: ");
        Should.Throw<BaselineException>(() => Baseline.Read(path)).Message.ShouldContain(problem);
    }

    [Fact]
    public void A_file_without_rows_is_no_baseline()
    {
        Should.Throw<BaselineException>(() => Baseline.Read(path)).Message.ShouldContain("has no rows");
    }
}
