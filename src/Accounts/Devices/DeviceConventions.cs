using Heretix.Accounts.Cookies;
using Heretix.Platform.Http.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Accounts.Devices;

/// <summary>What endpoints that sign in say about devices.</summary>
internal static class DeviceConventions
{
    /// <summary>
    /// The endpoint signs in: it takes the headers of a device, which are read before anything is used up, and may answer
    /// that there is no room for another.
    /// </summary>
    public static RouteHandlerBuilder TakesDevice(this RouteHandlerBuilder endpoint) =>
        endpoint
            .AddEndpointFilter(ReadAsync)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .TakesHeader(
                PresentedDevice.FingerprintHeader,
                "What this device is known by, a value of its own; without it the cookie heretix_device, and without that one is issued.",
                PresentedDevice.LongestFingerprint
            )
            .TakesHeader(
                PresentedDevice.NameHeader,
                "What to call the device; percent-encoded UTF-8 where it is not ASCII.",
                Device.LongestName
            )
            .TakesHeader(
                PresentedDevice.ReplaceHeader,
                "true: if there is no room for this device, the least recently used one goes, and its sessions end.",
                5
            );

    /// <summary>The device of a request to an endpoint with <see cref="TakesDevice"/>.</summary>
    /// <exception cref="InvalidOperationException">The convention is missing.</exception>
    public static PresentedDevice RequiredDevice(this HttpContext context) =>
        context.Features.Get<PresentedDevice>()
        ?? throw new InvalidOperationException("this endpoint signs in but was mapped without TakesDevice()");

    private static ValueTask<object?> ReadAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var cookies = context.RequestServices.GetRequiredService<HeretixCookies>();
        if (PresentedDevice.Read(context, cookies, out var device) is { } problem)
            return ValueTask.FromResult<object?>(problem);
        context.Features.Set(device);
        return next(invocation);
    }
}
