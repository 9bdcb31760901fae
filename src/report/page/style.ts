import { colourStyle } from "../draw/theme.ts";

/** The style sheet of the page. */
export const style = `${colourStyle()}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:0 16px 48px;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:24px;margin:28px 0 4px}h2{font-size:19px;margin:36px 0 8px;border-bottom:1px solid var(--grid);padding-bottom:4px}
h3{font-size:15px;margin:0 0 6px}p{margin:6px 0}.quiet,figcaption{color:var(--muted);font-size:13px}
nav{font-size:13px;margin:8px 0}nav a{margin-right:14px}a{color:var(--fit)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:3px 9px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--grid)}
td.number,th.number{text-align:right}td.wrap{white-space:normal;min-width:200px}
tr.best td.error{color:var(--good);font-weight:bold}tr.worst td.error{color:var(--bad);font-weight:bold}
th button{all:unset;cursor:pointer;font-weight:bold}th button:focus-visible{outline:2px solid var(--fit)}
figure{margin:22px 0;padding:0;break-inside:auto}
.panels{display:flex;flex-wrap:wrap;align-items:flex-start;gap:14px;color:var(--muted)}
svg.panel{max-width:100%;height:auto;font-family:inherit;break-inside:avoid}svg text{white-space:pre}
.panels>.scroll{max-width:100%}.scroll>svg.panel{max-width:none;width:auto}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:12px;margin:6px 0}
.legend span{display:inline-flex;align-items:center;gap:4px}.legend svg{flex:none}
button.plain{font:inherit;font-size:12px;color:var(--fit);background:none;border:1px solid var(--grid);border-radius:4px;
padding:2px 8px;cursor:pointer;margin:4px 6px 4px 0}
details{border-bottom:1px solid var(--grid);padding:4px 0}summary{cursor:pointer}
details .scroll{max-height:70vh;overflow:auto}details thead th{position:sticky;top:0;background:var(--paper)}
input{font:inherit;font-size:13px;color:var(--ink);background:var(--paper);border:1px solid var(--muted);border-radius:4px;
padding:2px 8px;margin:4px 8px 4px 0;width:min(320px,100%)}
pre{white-space:pre-wrap;font-size:12px;color:var(--ink)}
.warning{border-left:3px solid var(--bad);padding-left:10px}
@media (max-width:560px){body{padding:0 10px 32px}h1{font-size:20px}svg.panel{width:100%}.scroll>svg.panel{width:auto}}
@media print{button,input,nav{display:none!important}details:not([open]){display:none}body{max-width:none}a{color:inherit}}
`;
