using Heretix.Platform.Database;

namespace Heretix.Tests.Unit.Platform;

/// <summary>Slow queries are named without anything that people wrote.</summary>
public sealed class QueryNameTests
{
    [Theory]
    [InlineData(
        "-- sessions by token\n\nSELECT s.id FROM accounts.sessions AS s",
        "sessions by token",
        "sessions by token"
    )]
    [InlineData("SELECT u.id\nFROM accounts.users AS u WHERE u.email = 'a@b.c'", "select accounts.users", "select")]
    [InlineData("insert into \"billing\".\"postings\" values ('secret')", "insert billing.postings", "insert")]
    [InlineData("UPDATE checks.checks SET claim = 'secret'", "update checks.checks", "update")]
    [InlineData("delete from jobs.keys where k = 'secret'", "delete jobs.keys", "delete")]
    [InlineData("with x as (select 1) select * from x", "with x", "with")]
    [InlineData("select 'secret'", "select", "select")]
    [InlineData("notify jobs, 'secret'", "other", "other")]
    [InlineData("", "other", "other")]
    public void A_command_is_named_by_its_tag_or_by_verb_and_table(string sql, string forLog, string forMetrics)
    {
        QueryName.ForLog(sql).ShouldBe(forLog);
        QueryName.ForMetrics(sql).ShouldBe(forMetrics);
    }
}
