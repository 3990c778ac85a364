namespace Heretix.Lake;

/// <summary>How the rows of a query are written.</summary>
public enum QueryFormat
{
    /// <summary>Columns aligned with spaces, for reading; long texts are cut. Keeps at most 10,000 rows in memory.</summary>
    Table,

    /// <summary>RFC 4180 with a header line; NULL is an empty field and an empty text is <c>""</c>.</summary>
    Csv,

    /// <summary>An array of objects, one per line; NaN and the infinities are null.</summary>
    Json,

    /// <summary>Parquet, compressed with zstd, by DuckDB itself.</summary>
    Parquet,
}
