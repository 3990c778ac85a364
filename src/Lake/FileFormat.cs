namespace Heretix.Lake;

/// <summary>How a table of the lake is written into one file.</summary>
public enum FileFormat
{
    /// <summary>Parquet, compressed with zstd, by DuckDB.</summary>
    Parquet,

    /// <summary>RFC 4180 with a header line; NULL is an empty field and an empty text is <c>""</c>.</summary>
    Csv,

    /// <summary>One JSON object a line; NULL, NaN and the infinities are null.</summary>
    JsonLines,
}
