import type { RequestListener } from 'node:http';
import type { CertificateAuthority } from './certificate-authority.ts';
import { openRequest, refuse } from './origin-request.ts';

/**
 * Serves the authority's certificate and says how to trust it, over plain HTTP: a device that does not trust it yet
 * cannot load it any other way. Attack: someone on the LAN swaps the certificate on the way; the page therefore asks
 * to compare the fingerprint with the one in the operator's terminal.
 */
export function createTrustPage(authority: CertificateAuthority, shellPort: number): RequestListener {
  return (request, response) => {
    const asked = openRequest(request, response);
    if (asked === undefined) return;
    if (asked.pathname === '/ca.crt') {
      response.setHeader('Content-Type', 'application/x-x509-ca-cert');
      response.setHeader('Content-Disposition', 'attachment; filename="fieldfare-ca.crt"');
      response.end(authority.certificateDer);
    } else if (asked.pathname === '/') {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.setHeader(
        'Content-Security-Policy',
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
      );
      response.end(page(`https://${asked.hostname}:${shellPort}/`, authority.fingerprint));
    } else {
      refuse(response, 404, 'There is nothing at this address; the page is at /.');
    }
  };
}

function page(shellUrl: string, fingerprint: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Trust this Fieldfare</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
  a.go { display: inline-block; padding: .6rem 1rem; border-radius: .5rem; background: #12263a; color: #fff; text-decoration: none; }
  code { overflow-wrap: anywhere; font-size: .9em; }
  dt { font-weight: 600; margin-top: 1.25rem; } dd { margin: 0; }
</style>
</head>
<body>
<h1>Trust this Fieldfare</h1>
<p>Browsers install web apps from trusted addresses only. This network's Fieldfare has a certificate authority of its
own; it can vouch for private addresses, local names and the machine that serves it, and for nothing else.</p>
<ol>
<li><p><a class="go" href="/ca.crt" download="fieldfare-ca.crt">Download the certificate</a></p></li>
<li><p>Compare its SHA-256 fingerprint with the one in the terminal of <code>fieldfare serve</code>:<br>
<code>${fingerprint}</code></p></li>
<li><p>Trust it, as below.</p></li>
<li><p><a href="${shellUrl}">Open Fieldfare</a> (<code>${shellUrl}</code>)</p></li>
</ol>
<h2>How to trust it</h2>
<dl>
<dt>Android</dt>
<dd>Settings, Security and privacy, More security settings, Encryption and credentials, Install a certificate, CA
certificate. Choose “Install anyway” and the downloaded file.</dd>
<dt>iPhone and iPad</dt>
<dd>Open this page in Safari and download. Settings, General, VPN and Device Management: install the profile. Then
Settings, General, About, Certificate Trust Settings: switch it on.</dd>
<dt>Windows</dt>
<dd>Open the file, Install Certificate, Local Machine, “Place all certificates in the following store”, Trusted Root
Certification Authorities. Chrome and Edge use it after a restart.</dd>
<dt>macOS</dt>
<dd>Open the file; Keychain Access adds it. Open it there, Trust, “When using this certificate: Always Trust”.</dd>
<dt>Chromium on Linux</dt>
<dd>Settings, Privacy and security, Security, Manage certificates, Custom, Trusted certificates, Import. From a shell:
<code>certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n fieldfare -i fieldfare-ca.crt</code>.</dd>
<dt>A fleet of Chromium kiosks</dt>
<dd>Managed policy: a file in <code>/etc/chromium/policies/managed/</code> with
<code>{"CACertificates": ["…the certificate in base64, on one line…"]}</code>.</dd>
</dl>
</body>
</html>
`;
}
