using System.Globalization;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heretix.Accounts.Devices;

/// <summary>One of the devices that take up a plan's places.</summary>
/// <param name="Id">Id to remove it by.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Platform">What it runs; null when it does not tell.</param>
/// <param name="LastSeenAt">Its last request, exact to a few minutes (UTC).</param>
/// <param name="Replaceable">It is the one that a new device replaces.</param>
internal sealed record TakenPlace(Guid Id, string Name, string? Platform, DateTimeOffset LastSeenAt, bool Replaceable);

/// <summary>Tells programs why a device was not let in, or not removed.</summary>
internal static class DeviceAnswers
{
    public const string LimitReached = "device_limit_reached";
    public const string ReplacementsUsedUp = "device_replacements_used_up";

    /// <summary>The code of a refusal.</summary>
    public static string CodeOf(DeviceEntry entry) =>
        entry switch
        {
            DeviceEntry.LimitReached => LimitReached,
            DeviceEntry.ReplacementsUsedUp => ReplacementsUsedUp,
            _ => throw new InvalidOperationException($"{entry} refuses nothing"),
        };

    /// <summary>403 with the devices that take up the places and how to replace one, or 429.</summary>
    public static ProblemHttpResult Of(HttpContext context, DeviceEntry entry, DateTimeOffset now) =>
        entry switch
        {
            DeviceEntry.LimitReached reached => Problem.Of(
                StatusCodes.Status403Forbidden,
                LimitReached,
                Sentence(reached),
                ("limit", reached.Limit),
                ("devices", reached.Devices.Select(device => Place(device, reached)).ToArray()),
                ("replaceable", reached.Replaceable?.Id),
                ("replacements_left", reached.ReplacementsLeft)
            ),
            DeviceEntry.ReplacementsUsedUp usedUp => UsedUp(context, usedUp.Until, now),
            _ => throw new InvalidOperationException($"no answer for {entry}"),
        };

    /// <summary>429 until the next day.</summary>
    /// <param name="context">The request, whose answer says when to come again.</param>
    /// <param name="until">When the next day begins.</param>
    /// <param name="now">The time.</param>
    public static ProblemHttpResult UsedUp(HttpContext context, DateTimeOffset until, DateTimeOffset now)
    {
        var wait = Math.Max(1, (int)Math.Ceiling((until - now).TotalSeconds));
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return Problem.Of(
            StatusCodes.Status429TooManyRequests,
            ReplacementsUsedUp,
            TooMany(until),
            ("retry_after", wait)
        );
    }

    /// <summary>A sentence for people.</summary>
    public static string TooMany(DateTimeOffset until) =>
        $"As many devices were removed or replaced today as may be. Try again after {until.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC.";

    private static string Sentence(DeviceEntry.LimitReached reached) =>
        reached switch
        {
            { Replaceable: null } => $"The plan allows {Count(reached.Limit)}.",
            { ReplacementsLeft: 0 } =>
                $"The plan allows {Count(reached.Limit)}, and no more can be replaced today. Sign in from one of them, or come back tomorrow (UTC).",
            _ =>
                $"The plan allows {Count(reached.Limit)}. Sign in once more with {PresentedDevice.ReplaceHeader}: true to replace the least recently used one; its sessions end.",
        };

    internal static string Count(int limit) =>
        limit == 1 ? "1 device" : $"{limit.ToString(CultureInfo.InvariantCulture)} devices";

    private static TakenPlace Place(Device device, DeviceEntry.LimitReached reached) =>
        new(device.Id, device.Name, device.Platform, device.LastSeenAt, device.Id == reached.Replaceable?.Id);
}
