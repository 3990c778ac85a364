using System.Security.Cryptography;
using System.Text;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Heretix.Platform.Pages;

/// <summary>
/// The server's own pages: one column, light or dark as the reader's system is, no script, nothing from elsewhere. Forms
/// may lead to this server and, by its redirects, to the web application.
/// </summary>
public static class HtmlPage
{
    private static readonly string StyleHash = Convert.ToBase64String(
        SHA256.HashData(Encoding.UTF8.GetBytes(PageStyle.Css))
    );

    /// <summary>A page as a result. It is never cached and sends no referrer, since its address may hold a token.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="title">In the tab and as the heading; encoded.</param>
    /// <param name="body">What follows the heading.</param>
    public static IResult Render(int status, string title, HtmlContent body) => new Rendered(status, title, body);

    private sealed class Rendered(int status, string title, HtmlContent body) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => status;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var application = httpContext.RequestServices.GetRequiredService<ServerSettings>().AppUrl;
            var answer = httpContext.Response;
            answer.StatusCode = status;
            answer.ContentType = "text/html; charset=utf-8";
            answer.Headers.ContentSecurityPolicy =
                $"default-src 'none'; style-src 'sha256-{StyleHash}'; img-src 'self' data:; base-uri 'none'; "
                + $"frame-ancestors 'none'; form-action 'self' {application.GetLeftPart(UriPartial.Authority)}";
            answer.Headers[HeaderNames.CacheControl] = "no-store";
            answer.Headers["Referrer-Policy"] = "no-referrer";
            await answer.WriteAsync(Document(title, body), httpContext.RequestAborted);
        }
    }

    private static string Document(string title, HtmlContent body)
    {
        HtmlContent head = $"<meta charset=\"utf-8\"><title>{title} · Heretix</title>";
        HtmlContent main = $"<main><p class=\"house\">Heretix</p><h1>{title}</h1>{body}</main>";
        return $"""
            <!doctype html>
            <html lang="en">
            <head>{head}
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="robots" content="noindex">
            <link rel="icon" href="data:,">
            <style>{PageStyle.Css}</style>
            </head>
            <body>{main}</body>
            </html>

            """;
    }
}
