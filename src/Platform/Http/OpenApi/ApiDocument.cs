using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Heretix.Platform.Http.OpenApi;

/// <summary>The document as text. It is made once, at the first request, and is the same for the same endpoints.</summary>
internal sealed class ApiDocument(IServiceProvider services) : IDisposable
{
    public const string Name = "v1";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SemaphoreSlim turn = new(1);
    private (ReadOnlyMemory<byte> Text, string Tag)? made;

    /// <summary>UTF-8 JSON, and its entity tag.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Text, string Tag)> TextAsync(CancellationToken cancellationToken)
    {
        if (made is { } ready)
            return ready;
        await turn.WaitAsync(cancellationToken);
        try
        {
            made ??= await MakeAsync(cancellationToken);
            return made.Value;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<(ReadOnlyMemory<byte> Text, string Tag)> MakeAsync(CancellationToken cancellationToken)
    {
        var provider = services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        var json = JsonNode.Parse(
            await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken)
        )!;
        DocumentShape.Complete(json.AsObject());
        var text = JsonSerializer.SerializeToUtf8Bytes(json, Readable);
        return (text, $"\"{Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 8))}\"");
    }
}
