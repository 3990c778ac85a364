using Heretix.Lake;

namespace Heretix.Tests.Unit.Lake;

public sealed class LakeNamesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("../escape")]
    [InlineData("a b")]
    [InlineData("batch~1")]
    [InlineData("exec'1")]
    [InlineData("exécution")]
    public void An_execution_id_that_cannot_name_a_file_is_refused_before_anything_is_written(string id)
    {
        using ParquetLake lake = new("/nowhere/lake");
        Should.Throw<ArgumentException>(() => lake.Append(Run("local", id), [])).Message.ShouldContain($"'{id}'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void An_environment_that_cannot_name_a_folder_is_refused(string env)
    {
        using ParquetLake lake = new("/nowhere/lake");
        Should.Throw<ArgumentException>(() => lake.Append(Run(env, "exec-1"), [])).Message.ShouldContain("environment");
    }

    [Fact]
    public void A_sample_of_another_execution_is_refused()
    {
        using ParquetLake lake = new("/nowhere/lake");
        SampleRow stray = new()
        {
            Env = "local",
            Mock = true,
            ExecutionId = "exec-2",
            RunId = "run",
            CacheKey = "key",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        Should
            .Throw<ArgumentException>(() => lake.Append(Run("local", "exec-1"), [stray]))
            .Message.ShouldContain("exec-2");
    }

    [Fact]
    public void Every_shipped_query_has_a_name_a_description_and_text()
    {
        LakeQuery
            .Named.Select(q => q.Name)
            .ShouldBe([
                "compliance-by-model",
                "cost-by-day",
                "drift-by-model",
                "most-unstable-claims",
                "templates-that-disagree",
                "widest-intervals",
            ]);
        LakeQuery.Named.ShouldAllBe(q => q.Description.EndsWith('.') && q.Sql.Contains("FROM"));
        NamedQuery.Find("cost-by-day").ShouldNotBeNull();
        NamedQuery.Find("select 1").ShouldBeNull();
    }

    private static RunRow Run(string env, string id) =>
        new()
        {
            Env = env,
            Mock = true,
            ExecutionId = id,
            RunId = "run",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
}
