using Heretix.Platform.Settings;

namespace Heretix.Tests.Unit.Platform.Settings;

/// <summary>A file of values for local use.</summary>
public sealed class DotEnvTests
{
    [Theory]
    [InlineData("NAME=value", "value")]
    [InlineData("  export NAME = value  ", "value")]
    [InlineData("NAME=\"a b\"", "a b")]
    [InlineData("NAME='a=b#c'", "a=b#c")]
    [InlineData("NAME=", "")]
    [InlineData("NAME=postgres://u:p@h/d?x=1#frag", "postgres://u:p@h/d?x=1#frag")]
    [InlineData("NAME=\"", "\"")]
    public void A_line_is_a_name_and_a_value(string line, string value)
    {
        var problems = new List<string>();
        DotEnv.Parse([line], problems)["NAME"].ShouldBe(value);
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Comments_and_empty_lines_say_nothing_and_options_of_rooms_are_named_as_in_the_environment()
    {
        var problems = new List<string>();
        var values = DotEnv.Parse(["# comment", "", "Heretix__Checks__Lanes=4"], problems);
        values.ShouldHaveSingleItem().ShouldBe(new KeyValuePair<string, string?>("Heretix:Checks:Lanes", "4"));
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("just words")]
    [InlineData("=hidden")]
    [InlineData("two words=value")]
    public void Anything_else_is_a_problem_that_does_not_repeat_the_line(string line)
    {
        var problems = new List<string>();
        DotEnv.Parse(["A=1", line], problems);
        problems.ShouldHaveSingleItem().ShouldStartWith(".env, line 2:");
        problems[0].ShouldNotContain(line);
    }

    [Fact]
    public void The_file_of_the_working_directory_lies_under_the_environment()
    {
        var folder = Directory.CreateTempSubdirectory("heretix-env-").FullName;
        try
        {
            var name = "HERETIX_TEST_" + Guid.NewGuid().ToString("N");
            File.WriteAllText(Path.Combine(folder, ".env"), $"{name}=of-file\nPATH=of-file\nAPP_ENV=prod\n");
            var problems = new List<string>();
            var configuration = ServerConfiguration.OfProcess(folder, problems);
            configuration[name].ShouldBe("of-file");
            configuration["PATH"].ShouldBe(Environment.GetEnvironmentVariable("PATH"));
            problems.ShouldHaveSingleItem().ShouldContain("APP_ENV");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
