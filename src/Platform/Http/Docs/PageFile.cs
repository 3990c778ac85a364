using System.IO.Compression;
using System.Security.Cryptography;

namespace Heretix.Platform.Http.Docs;

/// <summary>A script of the API page, named after its content.</summary>
internal sealed class PageFile
{
    private readonly Lazy<byte[]> packed;

    public PageFile(string title, ReadOnlyMemory<byte> content)
    {
        Content = content;
        Hash = Convert.ToHexStringLower(SHA256.HashData(content.Span).AsSpan(0, 8));
        Name = $"{title}-{Hash}.js";
        packed = new Lazy<byte[]>(Pack);
    }

    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The first 16 hex digits of its SHA-256.</summary>
    public string Hash { get; }

    public string Name { get; }

    public string Address => "/docs/" + Name;

    /// <summary>The content in gzip, made at the first use.</summary>
    public ReadOnlyMemory<byte> Packed => packed.Value;

    /// <summary>Reads a file; null when it is not there.</summary>
    public static PageFile? Read(string path, string title) =>
        File.Exists(path) ? new PageFile(title, File.ReadAllBytes(path)) : null;

    private byte[] Pack()
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal))
            gzip.Write(Content.Span);
        return target.ToArray();
    }
}
