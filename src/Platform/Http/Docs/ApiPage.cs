using Heretix.Platform.Http.OpenApi;
using Heretix.Platform.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Heretix.Platform.Http.Docs;

/// <summary>
/// The API as a page, shown by Scalar from our own file (<c>api-page/scalar.js</c> beside the program). The page loads and
/// asks for nothing from elsewhere: no fonts, no telemetry, no assistant, and the content security policy holds it to that.
/// </summary>
internal sealed class ApiPage
{
    private readonly Lazy<PageFile?> script = new(() =>
        PageFile.Read(Path.Combine(AppContext.BaseDirectory, "api-page", "scalar.js"), "scalar")
    );
    private readonly PageFile start = new("start", StartScript.Bytes);

    /// <summary>The page; without the file one that says how to get it.</summary>
    public IResult Page(HttpContext context)
    {
        if (script.Value is not { } scalar)
            return Missing();
        // Scalar writes its style sheets into the page, some without a nonce.
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; "
            + "connect-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";
        context.Response.Headers.CacheControl = "no-cache";
        HtmlContent head = $"""
            <meta charset="utf-8">
            <title>Heretix API</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            """;
        HtmlContent body = $"""
            <div id="api"></div>
            <noscript><p>This page needs JavaScript. The same as JSON: <a href="{ApiDocumentServices.Path}">{ApiDocumentServices.Path}</a></p></noscript>
            <script src="{scalar.Address}"></script>
            <script src="{start.Address}"></script>
            """;
        HtmlContent page = $"<!doctype html><html lang=\"en\"><head>{head}</head><body>{body}</body></html>";
        return Results.Content(page.ToString(), "text/html; charset=utf-8");
    }

    /// <summary>A script of the page by its name, which changes with its content and may therefore be kept for ever.</summary>
    public IResult File(string name, HttpContext context)
    {
        var file = name == start.Name ? start : script.Value;
        if (file is null || file.Name != name)
            return Problem.NotFound("file");
        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = HeaderNames.AcceptEncoding;
        var packed = context
            .Request.Headers.AcceptEncoding.ToString()
            .Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (packed)
            headers.ContentEncoding = "gzip";
        return Results.Bytes(
            packed ? file.Packed : file.Content,
            "text/javascript; charset=utf-8",
            entityTag: new EntityTagHeaderValue(packed ? $"\"{file.Hash}-gzip\"" : $"\"{file.Hash}\"")
        );
    }

    private static IResult Missing() =>
        HtmlPage.Render(
            503,
            "The API page is not here",
            $"""
            <p>This program was built without the file that shows the API as a page. Run
            <code>scripts/fetch-api-page</code> (it needs npm) and build again.</p>
            <p>The same as JSON: <a href="{ApiDocumentServices.Path}">{ApiDocumentServices.Path}</a></p>
            """
        );
}
