using System.ComponentModel.DataAnnotations;

namespace Heretix.Checks;

/// <summary>Options of the checks service, under <c>Heretix:Checks</c>; four of them have variables of their own.</summary>
public sealed class ChecksOptions
{
    /// <summary>The model that is asked when a request names none. Default <c>gpt-5</c>; <c>RPL_MODEL</c>.</summary>
    [Required, MaxLength(128)]
    public string Model { get; set; } = "gpt-5";

    /// <summary>The prompt bank when a request names none. Default <c>rpl_h1</c>; <c>RPL_PROMPT_VERSION</c>.</summary>
    [Required]
    public string PromptVersion { get; set; } = "rpl_h1";

    /// <summary>Folder of prompt banks. Default <c>prompts</c> beside the program; <c>RPL_PROMPTS_DIR</c>.</summary>
    public string? PromptsDirectory { get; set; }

    /// <summary>Whether requests may ask for the labelled mock. Default true, false in production; <c>RPL_ALLOW_MOCK</c>.</summary>
    public bool? AllowMock { get; set; }

    /// <summary>Template slots when a request names none. Default 16.</summary>
    [Range(1, 64)]
    public int K { get; set; } = 16;

    /// <summary>Replicates per slot when a request names none. Default 2.</summary>
    [Range(1, 16)]
    public int R { get; set; } = 2;

    /// <summary>Bootstrap iterations when a request names none. Default 5000.</summary>
    [Range(100, 50_000)]
    public int B { get; set; } = 5000;

    /// <summary>Tokens of one answer when a request names none. Default 1024.</summary>
    [Range(64, 8192)]
    public int MaxOutputTokens { get; set; } = 1024;

    /// <summary>Longest prompt in characters, instructions included. Default 4000, room for a claim of 1,000.</summary>
    [Range(1000, 100_000)]
    public int MaxPromptChars { get; set; } = 4000;

    /// <summary>
    /// Model calls in flight over the whole process. Default 1024: thirty-two checks of the usual size at once. What a provider
    /// allows is kept by its own limits.
    /// </summary>
    [Range(1, 4096)]
    public int CallsInFlight { get; set; } = 1024;

    /// <summary>Address of a server that speaks OpenAI's chat completions, for the provider <c>compatible</c>. Default none.</summary>
    public Uri? CompatibleUrl { get; set; }

    /// <summary>Time that each answer of the mock takes, for rehearsals. Default none.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan MockLatency { get; set; }

    /// <summary>How long a finished result answers equal requests. Default 7 days; zero keeps none.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan ResultCacheTime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long running checks may go on when the server stops, before they stop asking. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long calls in flight may go on after that, since they are paid for. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan AbandonTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often running checks renew their leases and reservations. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan RenewInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A running check whose lease is older than this has lost its process. Default 90 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How often a check looks whether another process has finished the same measurement. Default 250 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A stream without events says this often that it is alive. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:05:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long it is kept that a request was made: no address, agent or text. Default 400 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan RequestRetention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Folder of the Parquet lake that the nightly export writes. Default <c>exports</c> in the data folder.</summary>
    public string? ExportFolder { get; set; }
}

/// <summary>What is taken over HTTP, whatever the options say.</summary>
internal static class Bounds
{
    public const int ClaimLength = 1000;
    public const int K = 64;
    public const int R = 16;
    public const int LeastSamples = 3;
    public const int Samples = 256;
    public const int LeastB = 100;
    public const int MostB = 50_000;
    public const int LeastOutputTokens = 64;
    public const int MostOutputTokens = 8192;
    public const int NameLength = 128;
}
