using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Heretix.Platform.Http.Json;

/// <summary>What holds for all types on the wire, wherever their contracts come from.</summary>
internal static class WireTypes
{
    public static IJsonTypeInfoResolver Around(IJsonTypeInfoResolver contracts, IHttpContextAccessor request) =>
        contracts
            .WithAddedModifier(WireJson.RequireWhatHasNoDefault)
            .WithAddedModifier(type =>
            {
                if (typeof(ProblemDetails).IsAssignableFrom(type.Type))
                    type.OnSerializing = problem => NameRequest((ProblemDetails)problem, request.HttpContext);
            });

    private static void NameRequest(ProblemDetails problem, HttpContext? context)
    {
        if (context is not null)
            problem.Extensions["request_id"] = context.TraceIdentifier;
    }
}
