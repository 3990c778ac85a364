using Heretix.Accounts.Sessions;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Http.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Devices;

/// <summary>A device as its user sees it.</summary>
/// <param name="Id">Id to remove it by.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Platform"><c>ios</c>, <c>android</c>, <c>windows</c>, <c>macos</c> or <c>linux</c>; null when it does not tell.</param>
/// <param name="CreatedAt">Its first sign-in (UTC).</param>
/// <param name="LastSeenAt">Its last request, exact to a few minutes (UTC).</param>
/// <param name="Sessions">Its valid sessions.</param>
/// <param name="Current">It is the device of this request.</param>
internal sealed record DeviceView(
    Guid Id,
    string Name,
    string? Platform,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    int Sessions,
    bool Current
);

/// <summary>The list of one's own devices, and removing them.</summary>
internal static class DeviceEndpoints
{
    public static void MapDevices(this IEndpointRouteBuilder auth)
    {
        auth.MapGet("/devices", ListAsync)
            .WithName("list_devices")
            .WithSummary("The devices of the signed-in user, the newest first.")
            .Produces<Page<DeviceView>>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .RequireUser();
        auth.MapDelete("/devices/{id:guid}", RemoveAsync)
            .WithName("remove_device")
            .WithSummary("Removes another device of the signed-in user; its sessions end, at once and everywhere.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .RequireUser();
    }

    private sealed class Row
    {
        public required Device Device { get; init; }
        public int Sessions { get; init; }
        public bool Current { get; init; }
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] PageQuery query,
        HttpContext context,
        IDbContextFactory<HeretixDb> databases,
        TimeProvider time,
        IOptions<AccountsOptions> options,
        CancellationToken cancellationToken
    )
    {
        if (query.Read("devices", out var page) is { } problem)
            return problem;
        var user = context.RequiredUserId();
        var current = context.Caller().SessionId;
        var now = time.GetUtcNow();
        var idleSince = now - options.Value.IdleLifetime;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sessions = db.Set<Session>();
        var devices = await page.ReadAsync(
            db.Set<Device>()
                .AsNoTracking()
                .Where(device => device.UserId == user)
                .Select(device => new Row
                {
                    Device = device,
                    Sessions = sessions.Count(s =>
                        s.DeviceId == device.Id && s.ExpiresAt > now && s.LastSeenAt > idleSince
                    ),
                    Current = sessions.Any(s => s.Id == current && s.DeviceId == device.Id),
                }),
            row => new Cursor(row.Device.CreatedAt, row.Device.Id),
            row => new DeviceView(
                row.Device.Id,
                row.Device.Name,
                row.Device.Platform,
                row.Device.CreatedAt,
                row.Device.LastSeenAt,
                row.Sessions,
                row.Current
            ),
            cancellationToken
        );
        return TypedResults.Ok(devices);
    }

    private static async Task<IResult> RemoveAsync(
        Guid id,
        HttpContext context,
        IDbContextFactory<HeretixDb> databases,
        DeviceRemovals removals,
        TimeProvider time,
        ILogger<Device> log,
        CancellationToken cancellationToken
    )
    {
        var user = context.RequiredUserId();
        var session = context.Caller().SessionId;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await DeviceRemovals.LockAsync(db, user, cancellationToken);
        if (!await db.Set<Device>().AnyAsync(device => device.Id == id && device.UserId == user, cancellationToken))
            return Problem.NotFound("device");
        if (await db.Set<Session>().AnyAsync(own => own.Id == session && own.DeviceId == id, cancellationToken))
            return Problem.Of(
                StatusCodes.Status409Conflict,
                "current_device",
                "This request comes from that device. Remove it from another one, or sign out."
            );
        var now = time.GetUtcNow();
        if (!await removals.RemoveAsync(db, user, id, now, cancellationToken))
            return DeviceAnswers.UsedUp(context, DeviceRemovals.NextDay(now), now);
        await transaction.CommitAsync(cancellationToken);
        Log.DeviceRemoved(log, id, user);
        return TypedResults.NoContent();
    }
}
