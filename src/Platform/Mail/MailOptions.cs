using System.ComponentModel.DataAnnotations;

namespace Heretix.Platform.Mail;

/// <summary>How mail is handed over: <c>Heretix:Platform:...</c>.</summary>
public sealed class MailOptions
{
    /// <summary>Where the options stand in the configuration.</summary>
    public const string Section = "Heretix:Platform";

    /// <summary>How long handing one message over may take, retries included. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan MailTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before Postmark is asked again after it said that it is busy or broken; doubled once. Default half a second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan MailRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Address of Postmark's interface. Default <c>https://api.postmarkapp.com</c>.</summary>
    [Required]
    public Uri PostmarkAddress { get; set; } = new("https://api.postmarkapp.com");

    /// <summary>The message stream of Postmark that sends. Default <c>outbound</c>.</summary>
    [Required, RegularExpression("[A-Za-z0-9_-]{1,64}")]
    public string PostmarkStream { get; set; } = "outbound";

    /// <summary>Messages that the local outbox keeps; older ones are deleted. Default 200.</summary>
    [Range(1, 10_000)]
    public int OutboxLength { get; set; } = 200;
}
