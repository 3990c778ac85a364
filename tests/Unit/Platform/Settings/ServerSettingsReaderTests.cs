using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;

namespace Heretix.Tests.Unit.Platform.Settings;

/// <summary>What the server is told on start, and what it says about it.</summary>
public sealed class ServerSettingsReaderTests
{
    /// <summary>A set of values that production accepts.</summary>
    private static readonly Dictionary<string, string?> Production = new()
    {
        ["APP_ENV"] = "prod",
        ["DATABASE_URL"] = "postgres://heretix:Zk3vQ8rT1xW9@db.example.org:5432/heretix?sslmode=require",
        ["ENCRYPTION_KEY"] = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
        ["API_URL"] = "https://api.example.org",
        ["APP_URL"] = "https://example.org",
        ["POSTMARK_TOKEN"] = "8b6f4c1e-5d2a-4a7e-9c3b-1f0e2d4c6b8a",
        ["SMTP_FROM"] = "no-reply@example.org",
        ["METRICS_TOKEN"] = "b1946ac92492d2347c6235b4d2611184",
    };

    [Fact]
    public void Without_any_value_a_local_server_reads_itself_as_its_own_application()
    {
        var reading = Read([]);
        reading.Problems.ShouldBeEmpty();
        reading.Settings.Environment.ShouldBe("local");
        reading.Settings.IsProduction.ShouldBeFalse();
        reading.Settings.DatabaseUrl.ShouldBeNull();
        reading.Settings.RedisUrl.ShouldBeNull();
        reading.Settings.ApiUrl.ShouldBe(new Uri("http://127.0.0.1:8000"));
        reading.Settings.AppUrl.ShouldBe(new Uri("http://127.0.0.1:8000"));
        reading.Settings.Role.ShouldBe(ServerRole.All);
        Path.IsPathFullyQualified(reading.Settings.DataFolder).ShouldBeTrue();
    }

    [Theory]
    [InlineData("http://0.0.0.0:9001", "http://127.0.0.1:9001")]
    [InlineData("http://*:9001;http://other:1", "http://127.0.0.1:9001")]
    [InlineData("http://[::]:9001", "http://[::1]:9001")]
    [InlineData("https://+:443/", "https://127.0.0.1")]
    public void The_own_address_is_one_that_a_person_here_can_open(string urls, string expected) =>
        ServerSettingsReader
            .Read(Configuration([]), new SettingsOverrides(ServerRole.Api, "/data/heretix", urls))
            .Settings.ShouldSatisfyAllConditions(
                settings => settings.ApiUrl.ShouldBe(new Uri(expected)),
                settings => settings.Role.ShouldBe(ServerRole.Api),
                settings => settings.DataFolder.ShouldBe("/data/heretix")
            );

    [Fact]
    public void What_production_needs_is_accepted()
    {
        var reading = Read(Production);
        reading.Problems.ShouldBeEmpty();
        reading.Settings.IsProduction.ShouldBeTrue();
        reading.Settings.AppUrl.ShouldBe(new Uri("https://example.org"));
    }

    [Theory]
    [InlineData("REVENUECAT_WEBHOOK_SECRET", "changeme", "well-known")]
    [InlineData("STRIPE_SECRET", "your-secret-key-here", "well-known")]
    [InlineData("OPENAI_API_KEY", "change-me-in-production", "well-known")]
    [InlineData("RAZORPAY_KEY_SECRET", "xxxxxxxx", "well-known")]
    [InlineData("STRIPE_WEBHOOK_SECRET", "secret", "well-known")]
    [InlineData("DATABASE_URL", "postgresql+psycopg://heretix:heretix@localhost:5433/heretix", "password")]
    [InlineData("DATABASE_URL", "", "private PostgreSQL")]
    [InlineData("API_URL", "http://api.example.org", "https://")]
    [InlineData("API_URL", "https://localhost:8000", "this machine")]
    [InlineData("API_URL", "https://127.0.0.1", "this machine")]
    [InlineData("API_URL", "https://[::1]", "this machine")]
    [InlineData("API_URL", "https://example.org/api", "has a path")]
    [InlineData("APP_URL", "http://example.org", "https://")]
    [InlineData("APP_URL", "https://app.localhost", "this machine")]
    [InlineData("RPL_ALLOW_MOCK", "TRUE", "mock model")]
    [InlineData("POSTMARK_TOKEN", null, "must be able to send mail")]
    [InlineData("METRICS_TOKEN", "short", "fewer than 16")]
    public void Production_refuses_what_is_unsafe(string name, string? value, string words)
    {
        var problem = Read(new(Production) { [name] = value }).Problems.ShouldHaveSingleItem();
        problem.ShouldContain(name);
        problem.ShouldContain(words);
    }

    [Theory]
    [InlineData("APP_ENV", "production", "local, test and prod")]
    [InlineData("API_URL", "example.org", "https://host")]
    [InlineData("APP_URL", "https://example.org/?a=1", "https://host")]
    [InlineData("DATABASE_URL", "nonsense hunter2", "postgres")]
    [InlineData("REDIS_URL", "localhost:6379", "redis://")]
    [InlineData("RPL_ALLOW_MOCK", "perhaps", "true nor false")]
    [InlineData("SENTRY_DSN", "https://sentry.io/42", "https://key@host/project")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "http://collector:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "grpc")]
    [InlineData("SMTP_PORT", "0", "587")]
    [InlineData("SMTP_PORT", "465", "587")]
    [InlineData("SMTP_TLS", "ssl", "starttls")]
    [InlineData("SMTP_USER", "ada", "SMTP_PASSWORD")]
    [InlineData("SMTP_FROM", "no address", "one address")]
    [InlineData("POSTMARK_TOKEN", "8b6f4c1e", "SMTP_FROM")]
    public void A_value_that_cannot_be_used_is_named_in_every_environment(string name, string value, string words)
    {
        var reading = Read(new() { [name] = value });
        var problem = reading.Problems[0];
        problem.ShouldContain(name == "POSTMARK_TOKEN" ? "SMTP_FROM" : name);
        problem.ShouldContain(words);
        problem.ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_misspelt_environment_is_held_to_the_rules_of_production() =>
        Read(new() { ["APP_ENV"] = "prd" }).Settings.IsProduction.ShouldBeTrue();

    [Fact]
    public void No_problem_repeats_a_secret()
    {
        var values = new Dictionary<string, string?> { ["APP_ENV"] = "prod" };
        foreach (var variable in Variable.All.Where(variable => variable.Secret))
            values[variable.Name] = "changeme-s3cr3t";
        Read(values).Problems.ShouldAllBe(problem => !problem.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public void A_second_name_is_read_as_the_first()
    {
        Read(new() { ["STRIPE_SECRET_KEY"] = "sk_1" }).Settings.Configuration["STRIPE_SECRET"].ShouldBe("sk_1");
        Read(new() { ["STRIPE_SECRET_KEY"] = "sk_1", ["STRIPE_SECRET"] = "sk_2" })
            .Problems.ShouldHaveSingleItem()
            .ShouldContain("set only STRIPE_SECRET");
    }

    [Theory]
    [InlineData("yes", "true")]
    [InlineData("1", "true")]
    [InlineData("False", "false")]
    [InlineData("off", "false")]
    public void A_flag_has_one_form_for_the_rooms_that_read_it(string written, string read) =>
        Read(new() { ["RPL_ALLOW_MOCK"] = written }).Settings.Configuration["RPL_ALLOW_MOCK"].ShouldBe(read);

    [Fact]
    public void An_empty_value_is_none()
    {
        var reading = Read(
            new()
            {
                ["DATABASE_URL"] = " ",
                ["REDIS_URL"] = "",
                ["METRICS_TOKEN"] = "",
            }
        );
        reading.Problems.ShouldBeEmpty();
        reading.Settings.DatabaseUrl.ShouldBeNull();
        reading.Settings.RedisUrl.ShouldBeNull();
        reading.Settings.Configuration["METRICS_TOKEN"].ShouldBeNull();
    }

    [Fact]
    public void A_value_may_stand_in_a_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "  secret-of-file\n");
            Read(new() { ["METRICS_TOKEN_FILE"] = path })
                .Settings.Configuration["METRICS_TOKEN"]
                .ShouldBe("secret-of-file");
            Read(new() { ["METRICS_TOKEN_FILE"] = path, ["METRICS_TOKEN"] = "other" })
                .Problems.ShouldHaveSingleItem()
                .ShouldContain("both set");
            File.WriteAllText(path, " \n");
            Read(new() { ["METRICS_TOKEN_FILE"] = path }).Problems.ShouldHaveSingleItem().ShouldContain("is empty");
        }
        finally
        {
            File.Delete(path);
        }
        Read(new() { ["METRICS_TOKEN_FILE"] = path }).Problems.ShouldHaveSingleItem().ShouldContain("cannot be read");
    }

    [Fact]
    public void Options_of_rooms_pass_through() =>
        Read(new() { ["Heretix:Checks:Lanes"] = "4" }).Settings.Configuration["Heretix:Checks:Lanes"].ShouldBe("4");

    private static SettingsReading Read(Dictionary<string, string?> values) =>
        ServerSettingsReader.Read(Configuration(values), new SettingsOverrides());

    private static IConfiguration Configuration(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
