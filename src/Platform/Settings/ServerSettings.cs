using Microsoft.Extensions.Configuration;

namespace Heretix.Platform.Settings;

/// <summary>What a process of the server does.</summary>
public enum ServerRole
{
    /// <summary>Serves requests and runs jobs.</summary>
    All,

    /// <summary>Serves requests; jobs are only queued.</summary>
    Api,

    /// <summary>Runs jobs; serves health and metrics alone.</summary>
    Worker,
}

/// <summary>What the whole server is told on start. Everything else is an option of its room, <c>Heretix:Room:Option</c>.</summary>
public sealed record ServerSettings
{
    /// <summary>What this process does.</summary>
    public ServerRole Role { get; init; }

    /// <summary><c>local</c>, <c>test</c> or <c>prod</c>; also the <c>env</c> column of what is measured.</summary>
    public string Environment { get; init; } = "local";

    /// <summary>Whether unsafe defaults are refused.</summary>
    public bool IsProduction => Environment == "prod";

    /// <summary>The data folder: private PostgreSQL, local outbox, exports.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Address of PostgreSQL as it was given; null for the private one.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>Address of Redis; null for none.</summary>
    public string? RedisUrl { get; init; }

    /// <summary>Where people see the web application; redirects and links in mail lead there.</summary>
    public required Uri AppUrl { get; init; }

    /// <summary>Where clients reach this server.</summary>
    public required Uri ApiUrl { get; init; }

    /// <summary>Everything, for options of rooms.</summary>
    public required IConfiguration Configuration { get; init; }
}
