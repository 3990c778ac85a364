using System.Diagnostics.Metrics;
using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Tests.Unit.Platform;

/// <summary>Which pools a role has.</summary>
public sealed class DatabaseConnectionsTests
{
    [Theory]
    [InlineData(ServerRole.Api, true)]
    [InlineData(ServerRole.All, true)]
    [InlineData(ServerRole.Worker, false)]
    public async Task Requests_share_a_pool_where_there_are_requests(ServerRole role, bool pooled)
    {
        await using var connections = Connections(role, "postgres://u:p@h/d");
        var requests = new NpgsqlConnectionStringBuilder(connections.ForRequests);
        requests.Pooling.ShouldBe(pooled);
        requests.MaxPoolSize.ShouldBe(2);
        requests.Timeout.ShouldBe(10);
    }

    [Fact]
    public async Task The_scheduler_has_two_and_the_listener_and_the_jobs_have_connections_of_their_own()
    {
        await using var connections = Connections(ServerRole.All, "postgres://u:p@h/d?application_name=mine");
        new NpgsqlConnectionStringBuilder(connections.ForScheduler).MaxPoolSize.ShouldBe(2);
        new NpgsqlConnectionStringBuilder(connections.ForListener).Pooling.ShouldBeFalse();
        new NpgsqlConnectionStringBuilder(connections.ForListener).KeepAlive.ShouldBePositive();
        new NpgsqlConnectionStringBuilder(connections.ForJobs).Pooling.ShouldBeFalse();
        new NpgsqlConnectionStringBuilder(connections.ForJobs).ApplicationName.ShouldBe("mine jobs");
    }

    [Fact]
    public async Task Listener_and_scheduler_go_past_the_pooler_of_Neon_and_requests_through_it()
    {
        await using var connections = Connections(ServerRole.All, "postgres://u:p@ep-a-1-pooler.eu.aws.neon.tech/d");
        new NpgsqlConnectionStringBuilder(connections.ForRequests).Host.ShouldBe("ep-a-1-pooler.eu.aws.neon.tech");
        new NpgsqlConnectionStringBuilder(connections.ForScheduler).Host.ShouldBe("ep-a-1.eu.aws.neon.tech");
        new NpgsqlConnectionStringBuilder(connections.ForListener).Host.ShouldBe("ep-a-1.eu.aws.neon.tech");
    }

    private static DatabaseConnections Connections(ServerRole role, string address)
    {
        var settings = new ServerSettings
        {
            Role = role,
            DataFolder = "/nowhere",
            DatabaseUrl = address,
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder().Build(),
        };
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        var options = Options.Create(new DatabaseOptions());
        return new DatabaseConnections(
            settings,
            options,
            new ModelParts([]),
            new DatabaseInterceptors(
                settings,
                options,
                new DatabaseMeters(meters),
                TimeProvider.System,
                NullLoggerFactory.Instance,
                []
            ),
            NullLoggerFactory.Instance
        );
    }
}
