using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Heretix.Platform.Http;
using Heretix.Platform.Limits;
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
    private const string Head = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Outbox</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}
        article{border:1px solid #8886;border-radius:.5rem;padding:.5rem 1rem;margin:1rem 0}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}small{opacity:.7}</style>
        </head><body><h1>Outbox</h1>
        """;

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
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Refresh"] = "5";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return TypedResults.Text(Page(await outbox.ReadAsync(stop)), "text/html", Encoding.UTF8);
    }

    private static string Page(IReadOnlyList<OutboxLetter> letters)
    {
        var page = new StringBuilder(Head);
        if (letters.Count == 0)
            page.Append("<p>No mail waits here. This page looks again every five seconds.</p>");
        foreach (var letter in letters)
        {
            page.Append("<article><h2>").Append(Encoded(letter.Subject)).Append("</h2><p><small>to ");
            page.Append(Encoded(letter.To)).Append(", ");
            page.Append(letter.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
            page.Append(" UTC</small></p><pre>");
            foreach (var (piece, isLink) in Links.Split(letter.Text))
            {
                if (isLink)
                    page.Append("<a href=\"")
                        .Append(Encoded(piece))
                        .Append("\">")
                        .Append(Encoded(piece))
                        .Append("</a>");
                else
                    page.Append(Encoded(piece));
            }
            page.Append("</pre></article>");
        }
        return page.Append("</body></html>\n").ToString();
    }

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
