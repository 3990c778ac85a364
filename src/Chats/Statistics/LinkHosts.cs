namespace Heretix.Chats.Statistics;

/// <summary>The site that a link leads to.</summary>
internal static class LinkHosts
{
    /// <summary>Writes the host in lower case, without <c>www.</c>, user and port.</summary>
    /// <returns>Its length; 0 when there is none.</returns>
    public static int Read(ReadOnlySpan<byte> address, Span<byte> host)
    {
        address = address[(address.IndexOf((byte)':') + 3)..];
        var end = address.IndexOfAny("/?#"u8);
        var authority = end < 0 ? address : address[..end];
        authority = authority[(authority.LastIndexOf((byte)'@') + 1)..];
        var port = authority.IndexOf((byte)':');
        authority = (port < 0 ? authority : authority[..port]).TrimEnd(".,;!)>]'\""u8);
        if (authority.Length > host.Length || authority.IndexOf((byte)'.') <= 0)
            return 0;
        for (var i = 0; i < authority.Length; i++)
            host[i] = authority[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(authority[i] | 0x20) : authority[i];
        if (!host.StartsWith("www."u8))
            return authority.Length;
        host[4..authority.Length].CopyTo(host);
        return authority.Length - 4;
    }
}
