using Heretix.Platform.Http;
using Heretix.Platform.Limits;
using Heretix.Platform.Pages;
using Heretix.Platform.Settings;
using Heretix.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Mail;

/// <summary>The mail that waits in the local outbox, at <c>/outbox</c>: only in <c>local</c>, only for this machine.</summary>
internal static class OutboxPage
{
    public static void MapOutbox(this IEndpointRouteBuilder routes)
    {
        // Another environment, or a real mail provider: there is no such page.
        if (routes.ServiceProvider.GetRequiredService<ServerSettings>().Environment != "local")
            return;
        if (routes.ServiceProvider.GetService<Outbox>() is null)
            return;
        routes.MapGet("/outbox", ShowAsync).Limit(LimitNames.None).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Outbox outbox, CancellationToken stop)
    {
        if (!LoopbackAccess.Allows(context))
            return Problem.NotFound("page");
        // The page looks again by itself, without a script.
        context.Response.Headers["Refresh"] = "5";
        return HtmlPage.Render(StatusCodes.Status200OK, "Outbox", Body(await outbox.ReadAsync(stop)));
    }

    private static HtmlContent Body(IReadOnlyList<OutboxLetter> letters) =>
        letters.Count == 0
            ? (HtmlContent)$"<p>No mail waits here. This page looks again every five seconds.</p>"
            : $"{letters.Select(Letter)}";

    private static HtmlContent Letter(OutboxLetter letter)
    {
        HtmlContent about = $"to {letter.To}, {letter.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";
        var text = Links
            .Split(letter.Text)
            .Select(part => part.IsLink ? (HtmlContent)$"<a href=\"{part.Piece}\">{part.Piece}</a>" : $"{part.Piece}");
        return $"<section><h2>{letter.Subject}</h2><p><small>{about}</small></p><pre>{text}</pre></section>";
    }
}
