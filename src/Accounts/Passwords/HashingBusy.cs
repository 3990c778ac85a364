using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Passwords;

/// <summary>Too many requests wait for their password to be hashed: this one is better off to come again.</summary>
internal sealed class HashingBusyException() : Exception("too many requests wait for a password to be hashed");

/// <summary>Answers those that found the queue full.</summary>
internal static class HashingBusy
{
    private const string RetryAfterSeconds = "5";

    /// <summary>503 <c>busy</c> in place of the exception.</summary>
    public static async ValueTask<object?> Answer(
        EndpointFilterInvocationContext invocation,
        EndpointFilterDelegate next
    )
    {
        try
        {
            return await next(invocation);
        }
        catch (HashingBusyException)
        {
            var context = invocation.HttpContext;
            Log.HashingBusy(context.RequestServices.GetRequiredService<ILogger<PasswordHashing>>());
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable,
                "busy",
                "Too many people sign in with a password at this moment. Try again in a few seconds."
            );
        }
    }
}
